/** What a run makes of its options. */
import { WinnowError } from '../base/errors.ts';
import type { Pooling } from '../base/pooling.ts';
import { scoreNames, type LabelledTask, type ScoreName } from '../data/tasks.ts';
import type { CommandName } from '../options/kinds.ts';
import { checkRanges, defaultOptions, type RunOptions } from '../options/table.ts';
import { epochLimit, stoppingPatience } from '../probe/early-stopping.ts';
import { scoresFor } from '../probe/metrics.ts';
import type { RunFile } from '../run/run-file.ts';
import type { Place } from './contract.ts';

const learningRate = 1e-3;

/**
 * How probes are trained on so many rows: the paper's rate, batch and penalties in both protocols (Dalvi et al. 2020,
 * appendix), its number of epochs in `paper` alone.
 */
export function trainingOf({ protocol, epochs, batchSize, lambda1, lambda2 }: RunOptions, rows: number) {
  const usual = { batchSize, learningRate, lambda1, lambda2 };
  if (protocol === 'paper') return { epochs, ...usual };
  return { epochs: epochLimit(rows, batchSize), patience: stoppingPatience, ...usual };
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
 * @throws WinnowError `bad-option` for any option outside its range, one that lacks what it needs, or a metric that the
 *   task does not have.
 */
export function checkOptions(options: RunOptions, task: LabelledTask, command: CommandName = 'analyze'): ScoreName {
  checkRanges(options, command);
  if (options.shortened && !options.geometry) {
    const message = 'Which layers can best be left out is read off how the layers are built, which is switched off.';
    throw new WinnowError('bad-option', message, 'Switch that on again, or the model without layers off.');
  }
  const metric = options.metric ?? task.metric;
  const known = scoresOf(task);
  if (known.includes(metric)) return metric;
  const reason = scoreNames.includes(metric) ? `${task.title} has no ${metric}` : `${String(metric)} is not a score`;
  throw new WinnowError('bad-option', `${reason}.`, `Choose one of ${known.join(', ')}.`);
}

/** What stood for a sentence; a run that does not say it was made when only the kind of model decided. */
export function poolingOfRun({ model }: Pick<RunFile, 'model'>): Pooling {
  return model.pooling ?? (model.architecture === 'xlnet' ? 'last' : 'first');
}

/** The options that a run was made with, as far as they decide its rows, its vectors and its probes. */
export function optionsOfRun(run: RunFile, place: Place): RunOptions {
  const { protocol, metric, options } = run;
  const { rows, sample, maxLength, aggregation, seeds, epochs, batchSize, lambda1, lambda2 } = options;
  return {
    ...{ ...defaultOptions, ...place, protocol, metric, rows, epochs, batchSize, lambda1, lambda2 },
    quick: sample !== undefined,
    pooling: poolingOfRun(run),
    ...(maxLength !== null && { maxLength }),
    ...(aggregation && { aggregation }),
    ...{ seed: seeds[0] ?? 0, seeds: seeds.length },
  };
}
