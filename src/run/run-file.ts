/**
 * The run file (`run.json`): one schema for the page, the command line and the demo. Every score is a fraction;
 * null is a score that is not defined (the correlation of a constant). Layer 0 is the embeddings.
 */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import { scoreNames, taskNames } from '../data/tasks.ts';
import { clusteringSchema, selectionSchema } from './neurons.ts';
import { fieldSchemas } from '../measures/fields.ts';
import { findGap } from './gaps.ts';
import { splitScores } from '../data/scores.ts';

export type * from './neurons.ts';
export type { ClassScores, Score, Scores, SplitScores } from '../data/scores.ts';

export const runVersion = 3;

/** A count of at least one. */
const whole = v.pipe(v.number(), v.integer(), v.minValue(1));

const runSchema = v.object({
  format: v.literal('winnow-run'),
  version: v.literal(runVersion),
  created: v.string(),
  protocol: v.picklist(['paper', 'refined']),
  options: v.object({
    /** Rows of the train file that were used; null: all of them. */
    rows: v.nullable(v.number()),
    /** null: the vectors were extracted elsewhere. */
    maxLength: v.nullable(v.number()),
    /** Which of a word's subwords stand for it; absent where rows are sentences. */
    aggregation: v.optional(v.picklist(['last', 'first', 'average'])),
    /** What stood for a sentence of several tokens in activation files; absent where there was no choice. */
    sentenceToken: v.optional(v.picklist(['first', 'last', 'mean'])),
    seeds: v.array(v.number()),
    epochs: v.number(),
    batchSize: v.number(),
    learningRate: v.number(),
    lambda1: v.number(),
    lambda2: v.number(),
  }),
  model: v.object({
    name: v.string(),
    /** `activations`: the vectors were extracted elsewhere. */
    architecture: v.string(),
    /** Besides the embeddings; activations from elsewhere may be of one layer alone. */
    layers: v.pipe(v.number(), v.integer(), v.minValue(0)),
    hidden: whole,
    /** null: not known, as there was no model. */
    parameters: v.nullable(v.number()),
    /** Of each weight (or activation) file's bytes in name order; one file: of that file. */
    sha256: v.string(),
  }),
  data: v.object({
    task: v.picklist(taskNames),
    files: v.array(
      v.object({ role: v.picklist(['train', 'dev', 'test']), name: v.string(), bytes: v.number(), sha256: v.string() }),
    ),
    /** Rows of the three parts: sentences, or words where these are labelled. For GLUE, test is the official dev file. */
    instances: v.object({ train: v.number(), dev: v.number(), test: v.number() }),
    /** Sorted; empty for regression. */
    labels: v.array(v.string()),
    /** Share of the most frequent train label in the test part; null for regression. */
    majority: v.nullable(v.number()),
  }),
  metric: v.picklist(scoreNames),
  device: v.object({
    backend: v.picklist(['webgpu', 'wasm']),
    adapter: v.nullable(v.string()),
    threads: v.number(),
    browser: v.string(),
  }),
  timings: v.array(v.object({ stage: v.string(), ms: v.number(), rows: v.optional(v.number()) })),
  oracle: v.object(splitScores),
  layers: v.object({
    individual: v.array(v.object({ layer: v.number(), ...splitScores })),
    /** Entry k is the probe on layers 0..k. */
    concatenated: v.array(v.object({ layer: v.number(), ...splitScores })),
  }),
  ...fieldSchemas,
  /** By threshold; absent where no neurons were clustered. */
  clustering: v.optional(v.array(clusteringSchema)),
  /** By delta pair, then threshold; absent where no neurons were selected. */
  selection: v.optional(v.array(selectionSchema)),
  /** All layers, no clustering, a fine grid of sizes; absent where it was not asked for. */
  maxFeatures: v.optional(selectionSchema),
  warnings: v.array(v.string()),
});

export type RunFile = v.InferOutput<typeof runSchema>;
export type LayerScores = RunFile['layers']['individual'][number];

/** One step each: version n as key gives the function that makes version n + 1 of it. */
const upgraders: Record<number, (run: Record<string, unknown>) => Record<string, unknown>> = {
  0: upgradeFrom0,
  1: addsOnly(2),
  2: addsOnly(3),
};

/** Version 0 (before the first release) had no majority share, no browser and no creation time. */
function upgradeFrom0(run: Record<string, unknown>): Record<string, unknown> {
  const data = { majority: null, ...(run.data as object) };
  const device = { browser: 'unknown', ...(run.device as object) };
  return { created: '1970-01-01T00:00:00.000Z', ...run, version: 1, data, device };
}

/**
 * For a version that only adds what may be absent: 2 added neurons to layers, 3 words, the tasks of a user's own and
 * activations from elsewhere.
 */
function addsOnly(version: number): (run: Record<string, unknown>) => Record<string, unknown> {
  return (run) => ({ ...run, version });
}

/**
 * Reads a run file's text, upgrading older versions step by step.
 * @throws WinnowError `bad-file` naming the field that is wrong, `newer-version` for a file of a newer Winnow.
 */
export function parseRun(text: string, name: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const next = 'Drop the run.json that Winnow wrote, or save it again from the page.';
    throw new WinnowError('bad-file', `\`${name}\` is not JSON: ${(cause as Error).message}.`, next, cause);
  }
  return checkRun(value, name);
}

export function checkRun(value: unknown, name: string): RunFile {
  if (!isRunLike(value)) {
    const next = 'Drop a run.json: its first field is "format": "winnow-run".';
    throw new WinnowError('bad-file', `\`${name}\` is not a Winnow run file.`, next);
  }
  let run = value;
  if (run.version > runVersion) {
    const message = `\`${name}\` has version ${run.version}; this page reads versions up to ${runVersion}.`;
    throw new WinnowError('newer-version', message, 'Open it with the newer Winnow that wrote it.');
  }
  while (run.version < runVersion) {
    const upgrade = upgraders[run.version];
    if (!upgrade) break;
    run = upgrade(run) as typeof run;
  }
  const result = v.safeParse(runSchema, run);
  if (result.success) {
    const gap = findGap(result.output);
    if (gap === null) return result.output;
    throw invalid(name, gap);
  }
  const issue = result.issues[0];
  const where = v.getDotPath(issue) ?? 'the file';
  const found = issue.received === 'undefined' ? 'it is missing' : `there is ${issue.received}`;
  const expected = issue.expected ? `${issue.expected} is expected, but ${found}` : issue.message;
  throw invalid(name, `at ${where}, ${expected}`);
}

function invalid(name: string, what: string): WinnowError {
  const message = `\`${name}\` is not a valid run file: ${what}.`;
  return new WinnowError('bad-file', message, 'Save the run again from the page or the command line.');
}

/** Whether a parsed JSON value claims to be a run file. */
export function isRunLike(value: unknown): value is Record<string, unknown> & { version: number } {
  const run = value as { format?: unknown; version?: unknown } | null;
  return typeof run === 'object' && run?.format === 'winnow-run' && typeof run.version === 'number';
}
