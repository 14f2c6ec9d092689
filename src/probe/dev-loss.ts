/**
 * The loss by which a probe's training is stopped: mean cross entropy or squared error over the dev rows in float64,
 * without the penalties of the weights (protocols.md §2).
 */
import { WinnowError } from '../base/errors.ts';
import type { ProbeTrainer } from '../compute/device.ts';
import { logSumExp } from '../compute/reference/loss.ts';
import { batches } from './batches.ts';
import type { BatchClock } from './clock.ts';
import type { ProbeOptions, ProbePart } from './parts.ts';
import type { NeuronStatistics } from './statistics.ts';

/**
 * One loss a probe of the trainer. Rows with a label that train does not have do not count.
 * @throws WinnowError `bad-data` where a probe gives no number, or no row counts.
 */
export async function devLosses(
  trainer: ProbeTrainer,
  { activations, labels }: ProbePart,
  { batchSize, classes }: ProbeOptions,
  { standard, clock, probes }: { standard: NeuronStatistics | null; clock: BatchClock; probes: number },
): Promise<Float64Array> {
  const sums = new Float64Array(probes);
  let counted = 0;
  await eachLoss(trainer, { activations, labels }, { batchSize, classes }, { standard, clock, probes }, (_, losses) => {
    counted += 1;
    losses.forEach((loss, probe) => (sums[probe] += loss));
  });
  if (counted === 0) throw noLabels();
  return sums.map((sum) => sum / counted);
}

/**
 * Cross entropy (in nats) or squared error of every probe, row by row in their order.
 * @param take hears a row's number and its losses, one a probe, which the next row overwrites; rows with a label that train
 *   does not have are passed over.
 * @throws WinnowError `bad-data` where a probe gives no number.
 */
export async function eachLoss(
  trainer: ProbeTrainer,
  { activations, labels }: Pick<ProbePart, 'activations' | 'labels'>,
  { batchSize, classes }: Pick<ProbeOptions, 'batchSize' | 'classes'>,
  { standard, clock, probes }: { standard: NeuronStatistics | null; clock: BatchClock; probes: number },
  take: (row: number, losses: Float64Array) => void,
): Promise<void> {
  const outputs = classes ?? 1;
  const losses = new Float64Array(probes);
  let done = 0;
  for await (const batch of batches(activations, labels, { batchSize, shuffle: null, standard })) {
    const scores = await trainer.scores(batch.data, batch.rows);
    checkScores(scores, done, batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      const label = batch.labels[row];
      if (classes !== null && label < 0) continue;
      for (let probe = 0; probe < probes; probe++) {
        const at = (row * probes + probe) * outputs;
        losses[probe] =
          classes === null ? (scores[at] - label) ** 2 : logSumExp(scores, at, outputs) - scores[at + label];
      }
      take(done + row, losses);
    }
    done += batch.rows;
    await clock.tick();
  }
}

/** @throws WinnowError `bad-data` for a score that is not a number. @param first row of the part, from 0. */
export function checkScores(scores: Float32Array, first: number, rows: number): void {
  if (scores.every(Number.isFinite)) return;
  const message = `A probe gives no number for one of the rows ${first + 1}–${first + rows}.`;
  const next = 'The activations may hold extreme values: check the weights of the model.';
  throw new WinnowError('bad-data', message, next);
}

function noLabels(): WinnowError {
  const message = 'No row of the dev part has a label that the train part has.';
  const next = 'Use more rows, or data files whose labels agree; the paper protocol trains without the dev part.';
  return new WinnowError('bad-data', message, next);
}
