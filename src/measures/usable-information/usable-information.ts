/**
 * Usable information (Xu et al. 2020) and its pointwise form (Ethayarajh et al. 2022; protocols.md §10): how many bits more a
 * probe gives a row's own label than the label's share among the train rows does. Nothing is trained.
 */
import type { Control } from '../../base/abort.ts';
import { topRows } from '../../base/numbers.ts';
import type { Device } from '../../compute/device.ts';
import { BatchClock } from '../../probe/clock.ts';
import { eachLoss } from '../../probe/dev-loss.ts';
import type { TrainedLayers } from '../../probe/layer-probes.ts';
import { summarise } from '../../probe/metrics.ts';
import type { ProbeOptions, ProbePart } from '../../probe/parts.ts';
import { specOf } from '../../probe/train.ts';
import type { UsableInformation } from './field.ts';

const hardestKept = 20;

/**
 * Progress counts batches.
 * @param part the rows that are asked about: the test part.
 * @param trainLabels whose shares a row's label is held against; a row whose label is none of them does not count.
 * @throws WinnowError `bad-data`, `device-lost`; DOMException AbortError.
 */
export async function usableInformation(
  device: Device,
  part: ProbePart,
  trainLabels: ArrayLike<number>,
  { individualWeights, oracles, standard }: Pick<TrainedLayers, 'individualWeights' | 'oracles' | 'standard'>,
  options: ProbeOptions,
  control: Control = {},
): Promise<UsableInformation> {
  const { rows, layers } = part.activations;
  const shares = labelBits(trainLabels, options.classes ?? 1);
  const single = Array.from({ length: layers }, (_, layer) => ({ first: layer, last: layer }));
  const ranges = [...single, { first: 0, last: layers - 1 }];
  const clock = new BatchClock(oracles.length * Math.ceil(rows / options.batchSize), control);
  const byRow = new Float64Array(rows).fill(Infinity);
  const means: (number | null)[][] = [];
  let counted: number[] = [];
  for (const [seed, oracle] of oracles.entries()) {
    const trainer = device.probeTrainer(
      specOf(part.activations, options, ranges, [...individualWeights[seed], oracle]),
    );
    const sums = new Float64Array(ranges.length);
    counted = [];
    try {
      await eachLoss(trainer, part, options, { standard, clock, probes: ranges.length }, (row, losses) => {
        const share = shares[part.labels[row]];
        if (share === Infinity) return;
        counted.push(row);
        losses.forEach((loss, probe) => (sums[probe] += share - loss / Math.LN2));
        const before = seed === 0 ? 0 : byRow[row];
        byRow[row] = before + (share - losses[layers] / Math.LN2) / oracles.length;
      });
    } finally {
      trainer.dispose();
    }
    means.push(Array.from(sums, (sum) => meanOf(sum)));
  }
  const overSeeds = (probe: number) => summarise(means.map((own) => own[probe]));
  return {
    split: 'test',
    rows: counted.length,
    most: meanOf(counted.reduce((sum, row) => sum + shares[part.labels[row]], 0)),
    oracle: overSeeds(layers),
    layers: single.map((_, layer) => ({ layer, ...overSeeds(layer) })),
    hardest: topRows(byRow, Math.min(hardestKept, counted.length), -1).map((row) => {
      return { row, label: part.labels[row], bits: byRow[row] };
    }),
  };

  function meanOf(sum: number): number | null {
    return counted.length === 0 ? null : sum / counted.length;
  }
}

/** −log2 of each label's share among the train rows; Infinity for one that none of them has. */
function labelBits(labels: ArrayLike<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) counts[labels[row]] += 1;
  return counts.map((count) => -Math.log2(count / labels.length));
}
