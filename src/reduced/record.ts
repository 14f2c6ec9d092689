/**
 * winnow.json: everything about a reduced model, for programs; Winnow reads it when such a folder is dropped. Scores are
 * fractions, null where one is not defined; times are milliseconds a row, sizes bytes. Paths are inside the folder.
 */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import { poolings } from '../base/pooling.ts';
import { count } from '../data/scores.ts';
import { taskNames } from '../data/tasks.ts';
import {
  dtypeSchema,
  measurementSchema,
  plainScores,
  type ReducedEntry,
  type ReducedMeasurement,
} from '../run/reduced.ts';

export const reducedVersion = 1;

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const amount = v.pipe(v.number(), v.minValue(0));

export const reducedSchema = v.object({
  format: v.literal('winnow-reduced-model'),
  version: v.literal(reducedVersion),
  created: v.string(),
  name: v.string(),
  /** What it was made of. */
  model: v.object({
    name: v.string(),
    architecture: v.string(),
    layers: count,
    hidden: positive,
    /** Of the weights, as in run files. */
    sha256: v.string(),
    bytes: amount,
    parameters: v.nullable(v.number()),
  }),
  task: v.object({
    name: v.picklist(taskNames),
    kind: v.picklist(['glue', 'own', 'labelling']),
    pairs: v.boolean(),
    /** As data writes them, in the order of the logits, and as people read them; null in regression. */
    labels: v.nullable(v.array(v.string())),
    shown: v.nullable(v.array(v.string())),
  }),
  /** The longest input in tokens. */
  maxLength: positive,
  /** What stands for a sentence, or which subwords stand for a word. */
  pooling: v.picklist(poolings),
  aggregation: v.nullable(v.picklist(['last', 'first', 'average'])),
  /** Transformer layers that are left. */
  layers: count,
  /** Model neurons, layer × hidden + index; layer 0: embeddings. */
  neurons: v.array(count),
  graphs: v.pipe(v.array(v.object({ path: v.string(), dtype: dtypeSchema })), v.minLength(1)),
  /** Every file but this one and README.md. */
  files: v.array(v.object({ path: v.string(), bytes: amount })),
  standard: v.union([
    v.object({ className: v.string(), file: v.string(), error: amount, range: amount }),
    v.object({ why: v.string() }),
  ]),
  /** What the run says of this answer; null where it was chosen by hand and trained anew without one. */
  claim: v.nullable(
    v.object({
      run: v.object({ created: v.string(), protocol: v.string() }),
      /** Name of the answer in the run, e.g. by its deltas and threshold; null: a choice of the user's own. */
      answer: v.nullable(v.string()),
      /** The probe was trained anew with the run's options; absent: the run holds it. */
      anew: v.optional(v.boolean()),
      seed: v.nullable(v.number()),
      scores: v.partial(v.object({ train: plainScores, dev: plainScores, test: plainScores })),
      /** Of the probe on all neurons in the same run. */
      oracle: v.nullable(v.partial(v.object({ train: plainScores, dev: plainScores, test: plainScores }))),
      /** On test rows, as people read it: the machine that the run's times are of. */
      device: v.string(),
    }),
  ),
  measurement: v.nullable(measurementSchema),
});

export type ReducedRecord = v.InferOutput<typeof reducedSchema>;
export type ReducedClaim = NonNullable<ReducedRecord['claim']>;

/** Of a graph, with the weights that lie beside it. */
export function graphBytes({ files }: ReducedRecord, path: string): number {
  return files
    .filter((file) => file.path === path || file.path.startsWith(`${path}_data`))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

const next = 'Save the smaller model again from its run.';

/** Whether a parsed JSON value claims to be such a record. */
export function isReducedLike(value: unknown): value is { version: unknown } {
  const record = value as { format?: unknown } | null;
  return typeof record === 'object' && record?.format === 'winnow-reduced-model';
}

/**
 * @param name of the file, for messages
 * @throws WinnowError `bad-file` naming the field that is wrong, `newer-version` for a file of a newer Winnow.
 */
export function parseReduced(text: string, name: string): ReducedRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new WinnowError('bad-file', `\`${name}\` is not JSON: ${(cause as Error).message}.`, next, cause);
  }
  if (!isReducedLike(value)) throw new WinnowError('bad-file', `\`${name}\` describes no smaller model.`, next);
  if (typeof value.version === 'number' && value.version > reducedVersion) {
    const message = `\`${name}\` has version ${value.version}; this page reads versions up to ${reducedVersion}.`;
    throw new WinnowError('newer-version', message, 'Open it with the newer Winnow that wrote it.');
  }
  const result = v.safeParse(reducedSchema, value);
  if (result.success) {
    const fault = faultOf(result.output);
    if (fault === null) return result.output;
    throw new WinnowError('bad-file', `\`${name}\` is not valid: ${fault}.`, next);
  }
  const issue = result.issues[0];
  const message = `\`${name}\` is not valid: at ${v.getDotPath(issue) ?? 'the file'}, ${issue.message}.`;
  throw new WinnowError('bad-file', message, next);
}

/** Numbers that do not fit one another. */
function faultOf({ model, layers, neurons, task, graphs, files }: ReducedRecord): string | null {
  if (layers > model.layers) return `it has ${layers} layers of a model of ${model.layers}`;
  if (neurons.some((neuron) => neuron >= (layers + 1) * model.hidden)) return 'a neuron lies above its layers';
  if (task.labels?.length !== task.shown?.length) return 'its labels and their names differ in number';
  const named = new Set(files.map(({ path }) => path));
  const lost = graphs.find(({ path }) => !named.has(path));
  return lost ? `it does not list ${lost.path} among its files` : null;
}

/** What the run file says of a smaller model that was measured. */
export function entryOf(
  { created, name, claim, layers, neurons }: ReducedRecord,
  measurement: ReducedMeasurement,
): ReducedEntry {
  return { created, name, answer: claim?.answer ?? null, layers, neurons: neurons.length, measurement };
}
