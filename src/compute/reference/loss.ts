/**
 * The loss of a batch and its derivative by each output, in float64 (protocols.md §2): mean cross entropy of the softmax,
 * or mean squared error. Shared by the devices whose optimiser runs in JavaScript.
 */
import type { ProbeSpec } from '../device.ts';

/**
 * Turns `scores` [rows, probes × outputs] into derivatives of the mean loss in place and adds each probe's mean loss to
 * `losses` [probes].
 */
export function lossAndErrors(
  scores: Float64Array,
  labels: Int32Array | Float32Array,
  rows: number,
  { probes, outputs, loss }: Pick<ProbeSpec, 'outputs' | 'loss'> & { probes: number },
  losses: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let probe = 0; probe < probes; probe++) {
      const at = (row * probes + probe) * outputs;
      if (loss === 'squared-error') {
        const difference = scores[at] - labels[row];
        losses[probe] += difference ** 2 / rows;
        scores[at] = (2 * difference) / rows;
        continue;
      }
      const logSum = logSumExp(scores, at, outputs);
      losses[probe] += (logSum - scores[at + labels[row]]) / rows;
      for (let k = 0; k < outputs; k++) {
        const share = Math.exp(scores[at + k] - logSum);
        scores[at + k] = (share - (k === labels[row] ? 1 : 0)) / rows;
      }
    }
  }
}

/** log Σ exp of `count` scores from `at` on. */
export function logSumExp(scores: ArrayLike<number>, at: number, count: number): number {
  let largest = scores[at];
  for (let k = 1; k < count; k++) largest = Math.max(largest, scores[at + k]);
  let sum = 0;
  for (let k = 0; k < count; k++) sum += Math.exp(scores[at + k] - largest);
  return largest + Math.log(sum);
}
