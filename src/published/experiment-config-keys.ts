/**
 * The keys of the published experiment configuration: what each may hold, and which change nothing. The scripts take
 * every key and refuse unknown ones, but never look at some of them: `limit_instances` and `ranking_type` in no script,
 * `is_brnn` only for Lua's files, `max_sent_l` not for sentence tasks.
 */
import * as v from 'valibot';
import type { ScoreName } from '../data/tasks.ts';

/** The scripts' names of scores. */
export const scoreNamesThere = {
  accuracy: 'accuracy',
  f1: 'f1',
  accuracy_and_f1: 'accuracy_f1',
  pearson: 'pearson',
  spearman: 'spearman',
  pearson_and_spearman: 'pearson_spearman',
  matthews_corrcoef: 'matthews_corrcoef',
} as const satisfies Record<string, ScoreName>;
type ScoreNameThere = keyof typeof scoreNamesThere;
const metrics = Object.keys(scoreNamesThere) as [ScoreNameThere, ...ScoreNameThere[]];

/** The example configurations hold `<base-data-dir>` and the like, to be replaced. */
const path = { schema: v.pipe(v.string(), v.regex(/^(?!<.*>$)[^]/)), expected: 'a path' };
const count = { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), expected: 'a whole number of at least 1' };
const weight = { schema: v.pipe(v.number(), v.finite(), v.minValue(0)), expected: 'a number of at least 0' };
const listLimit = 1000;

export const entrySchemas = {
  base_dir: path,
  train_source: path,
  train_labels: path,
  train_activations: path,
  dev_source: path,
  dev_labels: path,
  dev_activations: path,
  test_source: path,
  test_labels: path,
  test_activations: path,
  task_specific_tag: { schema: v.pipe(v.union([v.string(), v.number()]), v.transform(String)), expected: 'a label' },
  output_directory: path,
  max_sent_l: count,
  num_neurons_per_layer: count,
  clustering_thresholds: { schema: v.pipe(v.array(v.number()), v.maxLength(listLimit)), expected: 'a list of numbers' },
  num_epochs: count,
  batch_size: count,
  lambda_l1: weight,
  lambda_l2: weight,
  model_type: {
    schema: v.picklist(['classification', 'regression']),
    expected: '`classification` or `regression`',
  },
  metric: { schema: v.picklist(metrics), expected: `one of ${metrics.join(', ')}` },
  performance_deltas: {
    schema: v.pipe(v.array(v.strictTuple([v.number(), v.number()])), v.maxLength(listLimit)),
    expected: 'a list of pairs of numbers',
  },
} as const;

export type ConfigKey = keyof typeof entrySchemas;

const without: Readonly<Record<string, string>> = {
  limit_instances: 'the published scripts never look at it; all rows are used',
  ranking_type: 'the published scripts never look at it; neurons are ranked over all classes',
  is_brnn: 'it matters only for activation files of seq2seq-attn (.t7), which are not read',
};

/** Keys of a configuration that change nothing, in its order, and why. */
export function keysWithoutEffect(
  keys: readonly string[],
  kind: 'labelling' | 'sentence',
): { key: string; reason: string }[] {
  return keys.flatMap((key) => {
    if (key === 'max_sent_l' && kind === 'sentence') {
      return [{ key, reason: 'the published scripts look at it for labelling only' }];
    }
    if (Object.hasOwn(without, key)) return [{ key, reason: without[key] }];
    return Object.hasOwn(entrySchemas, key) ? [] : [{ key, reason: 'the published scripts have no such key' }];
  });
}
