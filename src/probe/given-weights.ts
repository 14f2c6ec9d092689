/** What probes with given weights predict: nothing is trained, all see the same batches. */
import type { Control } from '../base/abort.ts';
import type { Device, LinearWeights } from '../compute/device.ts';
import { BatchClock } from './clock.ts';
import { predict } from './evaluate.ts';
import type { ProbeOptions, ProbePart } from './parts.ts';
import type { NeuronStatistics } from './statistics.ts';
import { specOf } from './train.ts';

/**
 * One array of predictions a probe, class numbers or values, [rows]. Every probe reads all neurons of the part, so each
 * weight is [classes, layers × hidden]. Progress counts batches.
 * @throws WinnowError `bad-data` where a probe gives no number, `device-lost`; DOMException AbortError.
 */
export async function predictWith(
  device: Device,
  part: ProbePart,
  weights: readonly LinearWeights[],
  standard: NeuronStatistics | null,
  options: ProbeOptions,
  control: Control = {},
): Promise<Float64Array[]> {
  const { activations } = part;
  const clock = new BatchClock(Math.ceil(activations.rows / options.batchSize), control);
  const ranges = weights.map(() => ({ first: 0, last: activations.layers - 1 }));
  const trainer = device.probeTrainer(specOf(activations, options, ranges, weights));
  try {
    return await predict(trainer, part, options, { standard, clock, probes: weights.length });
  } finally {
    trainer.dispose();
  }
}
