/** The options of a run, checked before anything is read: each refusal is a sentence with the range that is allowed. */
import { WinnowError } from '../base/errors.ts';
import { scoreNames, type LabelledTask, type ScoreName } from '../data/tasks.ts';
import { scoresFor } from '../probe/metrics.ts';
import { checkThresholds } from '../redundancy/clusters.ts';
import { checkDeltas } from '../redundancy/layer-selector.ts';
import type { RunOptions } from './contract.ts';

const learningRate = 1e-3;

/** How probes are trained. The defaults are the paper's, in both protocols (Dalvi et al. 2020, appendix). */
export function trainingOf({ epochs, batchSize, lambda1, lambda2 }: RunOptions) {
  return { epochs, batchSize, learningRate, lambda1, lambda2 };
}

/** Which scores a task has, its own first choice among them. */
export function scoresOf(task: Pick<LabelledTask, 'labels'>): readonly ScoreName[] {
  return scoresFor(task.labels?.length ?? null);
}

/** Seeds that the probes are trained with. */
export function seedList(options: RunOptions): number[] {
  return Array.from({ length: options.seeds }, (_, index) => options.seed + index);
}

/**
 * The score that the run reports first.
 * @param fewestRows of the train file: an analysis splits them, an extraction does not.
 * @throws WinnowError `bad-option` for any option outside its range, or a metric that the task does not have.
 */
export function checkOptions(options: RunOptions, task: LabelledTask, fewestRows = 20): ScoreName {
  integer('seeds', options.seeds, 1, 100);
  integer('seed', options.seed, 0, 2 ** 32 - 1 - options.seeds);
  integer('maximum length', options.maxLength, 3, 4096);
  if (options.rows !== null) integer('rows', options.rows, fewestRows, 2 ** 31 - 1);
  if (options.threads !== null) integer('threads', options.threads, 1, 64);
  integer('epochs', options.epochs, 1, 1000);
  integer('batch size', options.batchSize, 1, 4096);
  for (const name of ['lambda1', 'lambda2'] as const) {
    if (options[name] >= 0 && options[name] <= 1000) continue;
    const message = `The option "${name}" is ${options[name]}; it must lie between 0 and 1000.`;
    throw new WinnowError('bad-option', message, 'Correct it and start again.');
  }
  checkThresholds(options.thresholds);
  checkDeltas(options.deltas);
  once('thresholds', options.thresholds);
  once(
    'deltas',
    options.deltas.map(({ layers, neurons }) => `${layers}:${neurons}`),
  );
  const metric = options.metric ?? task.metric;
  const known = scoresOf(task);
  if (known.includes(metric)) return metric;
  const what = scoreNames.includes(metric) ? `${task.title} has no ${metric}` : `${String(metric)} is not a score`;
  throw new WinnowError('bad-option', `${what}.`, `Choose one of ${known.join(', ')}.`);
}

function integer(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const message = `The option "${name}" is ${value}; it must be a whole number from ${least} to ${most}.`;
  throw new WinnowError('bad-option', message, 'Correct it and start again.');
}

function once(name: string, values: readonly (number | string)[]): void {
  const twice = values.find((value, index) => values.indexOf(value) < index);
  if (twice === undefined) return;
  throw new WinnowError('bad-option', `The option "${name}" holds ${twice} twice.`, 'Name each of them once.');
}
