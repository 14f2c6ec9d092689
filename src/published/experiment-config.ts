/**
 * The experiment configuration of the published scripts (sentence and labelling) as a typed value. Keys as those scripts
 * name them; paths are joined to `base_dir` as Python joins them and not opened here. A key that changes nothing, there
 * or here, is named, so that nobody waits for its effect.
 */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import type { Split } from '../data/scores.ts';
import type { ScoreName } from '../data/tasks.ts';
import { entriesOf, parseJsonObject, shownJson, type JsonObject } from '../format/json.ts';
import { checkDeltas, checkThresholds, type Deltas } from '../data/question.ts';
import { entrySchemas, keysWithoutEffect, scoreNamesThere, type ConfigKey } from './experiment-config-keys.ts';

/** The files of one part; paths as `base_dir` and the configuration make them. */
export interface ExperimentPart {
  /** Sentences, one a line (`.word`). */
  source: string;
  /** Labels of its words, or of the sentence, one line each (`.label`). */
  labels: string;
  /** null: none is named, and a model has to extract them. */
  activations: string | null;
}

export interface ExperimentConfig {
  /** `labelling` where the configuration names development files, which only those scripts take. */
  kind: 'labelling' | 'sentence';
  train: ExperimentPart;
  dev: ExperimentPart | null;
  test: ExperimentPart;
  /** What a label that train does not have counts as; null: as never right. */
  taskSpecificTag: string | null;
  outputDirectory: string | null;
  /** Sentences of more words are left out; null: none is. */
  wordLimit: number | null;
  /** Neurons a layer; null: the activation files say it. */
  hidden: number | null;
  /** −1 is no clustering. */
  thresholds: number[];
  /** In per cent: for choosing layers, for choosing neurons. */
  deltas: Deltas[];
  epochs: number;
  batchSize: number;
  lambda1: number;
  lambda2: number;
  regression: boolean;
  metric: ScoreName;
  /** Keys of this file that change nothing, and why. */
  withoutEffect: { key: string; reason: string }[];
}

const next = 'Correct the configuration and open it again.';

/** Whether a parsed JSON value claims to be such a configuration. */
export function isExperimentConfigLike(value: unknown): boolean {
  const entries = entriesOf(value);
  return entries !== null && entries.has('train_source') && entries.has('train_labels');
}

/**
 * @param name the file's, for the sentence.
 * @throws WinnowError `bad-file` when the text is no JSON object; `bad-option` naming the key that is absent or holds
 * something else than the scripts take, with what it holds and what is expected.
 */
export function parseExperimentConfig(text: string, name: string): ExperimentConfig {
  const entries = parseJsonObject(text, `\`${name}\``, next);
  const read = reader(entries, name);
  const base = read('base_dir') ?? '';
  const needed = (key: 'source' | 'labels', split: Split): string => {
    const path = read(`${split}_${key}`);
    if (path !== undefined) return joined(base, path);
    const message = `\`${name}\` does not say \`${split}_${key}\`.`;
    throw new WinnowError('bad-option', message, `Add the path of that file. ${next}`);
  };
  const part = (split: Split): ExperimentPart => {
    const activations = read(`${split}_activations`);
    const files = { source: needed('source', split), labels: needed('labels', split) };
    return { ...files, activations: activations === undefined ? null : joined(base, activations) };
  };
  const labelling = entries.has('dev_source') || entries.has('dev_labels') || entries.has('dev_activations');
  const kind = labelling ? 'labelling' : 'sentence';
  const regression = read('model_type') === 'regression';
  const wordLimit = read('max_sent_l');
  const config: ExperimentConfig = {
    kind,
    train: part('train'),
    dev: labelling ? part('dev') : null,
    test: part('test'),
    taskSpecificTag: read('task_specific_tag') ?? null,
    outputDirectory: read('output_directory') ?? null,
    wordLimit: labelling ? (wordLimit ?? null) : null,
    hidden: read('num_neurons_per_layer') ?? null,
    thresholds: read('clustering_thresholds') ?? [-1, 0.3],
    deltas: (read('performance_deltas') ?? [3, 2, 1].map((layers) => [layers, 1] as const)).map(toDeltas),
    epochs: read('num_epochs') ?? 10,
    batchSize: read('batch_size') ?? 128,
    lambda1: read('lambda_l1') ?? 1e-5,
    lambda2: read('lambda_l2') ?? 1e-5,
    regression,
    metric: scoreNamesThere[read('metric') ?? (regression ? 'pearson' : 'accuracy')],
    withoutEffect: keysWithoutEffect([...entries.keys()], kind),
  };
  within(name, 'clustering_thresholds', () => checkThresholds(config.thresholds));
  within(name, 'performance_deltas', () => checkDeltas(config.deltas));
  return config;
}

type Value<K extends ConfigKey> = v.InferOutput<(typeof entrySchemas)[K]['schema']>;

/** Reads one key's value, checked; undefined where the key is absent or null. */
function reader(entries: JsonObject, name: string): <K extends ConfigKey>(key: K) => Value<K> | undefined {
  return (key) => {
    const value = entries.get(key);
    if (value === undefined || value === null) return undefined;
    const { schema, expected } = entrySchemas[key];
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    const message = `\`${key}\` in \`${name}\` is ${shownJson(value)}; ${expected} is expected.`;
    throw new WinnowError('bad-option', message, next);
  };
}

function toDeltas([layers, neurons]: readonly [number, number]): Deltas {
  return { layers, neurons };
}

/** Puts the file and the key before what a check says. */
function within(name: string, key: ConfigKey, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    throw new WinnowError(error.code, `\`${key}\` in \`${name}\`: ${error.message}`, error.next, error);
  }
}

/** As `os.path.join`: an absolute path stands for itself. */
function joined(base: string, path: string): string {
  if (base === '' || path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return path;
  return /[\\/]$/.test(base) ? base + path : `${base}/${path}`;
}

/**
 * The dropped file that a path of the configuration means: the one whose path has most folders at its end in common
 * with it, since a browser does not know where a dropped folder lies.
 * @returns null when none has that file name, or two fit equally well.
 */
export function findByPath<F extends { readonly path: string }>(files: readonly F[], path: string): F | null {
  let best: F | null = null;
  let most = 0;
  for (const file of files) {
    const common = commonEnd(file.path, path);
    if (common === most) best = null;
    if (common <= most) continue;
    best = file;
    most = common;
  }
  return best;
}

/** Names at the end of both paths that are equal. */
function commonEnd(one: string, other: string): number {
  const [a, b] = [one, other].map((path) => path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.'));
  let common = 0;
  while (common < Math.min(a.length, b.length) && a.at(-1 - common) === b.at(-1 - common)) common++;
  return common;
}
