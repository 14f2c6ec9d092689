/**
 * Online code of the train labels (Voita & Titov 2020; protocols.md §10): each block of rows is sent with the probabilities of
 * a probe that is trained on all blocks before it. A layer from which the labels are easily learnt needs few bits.
 */
import { inMemory, part } from '../../activations/matrix.ts';
import type { Control } from '../../base/abort.ts';
import type { Device } from '../../compute/device.ts';
import { BatchClock, TrainingClock } from '../../probe/clock.ts';
import { eachLoss } from '../../probe/dev-loss.ts';
import { epochLimit } from '../../probe/early-stopping.ts';
import type { ProbeOptions, ProbePart, ProbeParts } from '../../probe/parts.ts';
import type { NeuronStatistics } from '../../probe/statistics.ts';
import { specOf, startOf, train } from '../../probe/train.ts';
import { controlParts } from '../selectivity/selectivity.ts';
import type { CodeLength } from './field.ts';

/** Where blocks end, in per cent of the rows. */
const shares = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.25, 12.5, 25, 50, 100];
/** Dev rows by which trainings of blocks stop: all of them would cost more than the trainings. */
const mostDevRows = 1000;

/** At least one row, each end once. */
export function blockEnds(rows: number): number[] {
  return [...new Set(shares.map((share) => Math.max(1, Math.floor((rows * share) / 100))))];
}

/**
 * Of every layer by itself, with the first seed. Progress counts thousandths.
 * @param standard of the train part; null: values as they are.
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export async function codeLength(
  device: Device,
  { train: rows, dev, test, vocabulary }: ProbeParts,
  standard: NeuronStatistics | null,
  given: ProbeOptions,
  { signal, progress }: Control = {},
): Promise<CodeLength> {
  // How many of the blocks' probes are limited is nobody's warning.
  const options = { ...given, log: undefined };
  const own = { train: rows, dev: await firstRows(dev), test, ...(vocabulary && { vocabulary }) };
  let told = 0;
  const half = (from: number): Control => ({
    signal,
    progress(done, total) {
      // A training may take longer than it first seemed: what was told stays.
      told = Math.max(told, Math.floor(1000 * (from + done / total / 2)));
      progress?.(told, 1000);
    },
  });
  const bits = await blockBits(device, own, standard, options, half(0));
  const control = await blockBits(device, controlParts(own), standard, options, half(0.5));
  const classes = options.classes ?? 1;
  return {
    ends: blockEnds(rows.labels.length),
    uniform: rows.labels.length * Math.log2(classes),
    layers: bits.map((layer, index) => ({ bits: layer, control: control[index] })),
  };
}

/** By layer and block. */
async function blockBits(
  device: Device,
  { train: all, dev, test }: ProbeParts,
  standard: NeuronStatistics | null,
  options: ProbeOptions,
  { signal, progress }: Control,
): Promise<number[][]> {
  const ends = blockEnds(all.labels.length);
  const { layers } = all.activations;
  const classes = options.classes ?? 1;
  const found = Array.from({ length: layers }, () => [ends[0] * Math.log2(classes)]);
  const total = ends.slice(0, -1).reduce((sum, end) => sum + workOf(end), 0);
  let done = 0;
  for (const [index, before] of ends.slice(0, -1).entries()) {
    const parts = { train: rowsBetween(all, 0, before), dev, test };
    const start = done;
    const report = (share: number): void =>
      progress?.(Math.round(1000 * (start + share * workOf(before))), 1000 * total);
    const control = { signal, progress: (step: number, steps: number) => report(step / steps) };
    const block = rowsBetween(all, before, ends[index + 1]);
    const bits = await bitsOf(device, parts, block, standard, options, control);
    bits.forEach((value, layer) => found[layer].push(value));
    done += workOf(before);
    report(1);
  }
  return found;
}

/** Training on so many rows, and reading the dev rows after each epoch. */
function workOf(rows: number): number {
  return rows + mostDevRows;
}

/** Of the block's labels, by layer, with probes that are trained on the train part. */
async function bitsOf(
  device: Device,
  parts: ProbeParts,
  block: ProbePart,
  standard: NeuronStatistics | null,
  options: ProbeOptions,
  control: Control,
): Promise<Float64Array> {
  const { layers, hidden } = parts.train.activations;
  const { batchSize, patience } = options;
  const [seed] = options.seeds;
  const rows = parts.train.labels.length;
  const epochs = patience === undefined ? options.epochs : epochLimit(rows, batchSize);
  const own = { ...options, epochs, seeds: [seed] };
  const ranges = Array.from({ length: layers }, (_, layer) => ({ first: layer, last: layer }));
  const starts = ranges.map(({ first }) => {
    const constant = standard?.constant.subarray(first * hidden, (first + 1) * hidden) ?? null;
    return startOf(seed, hidden, own, { constant, labels: parts.train.labels });
  });
  const spec = specOf(parts.train.activations, own, ranges, starts);
  const clock = new TrainingClock(parts, own, control);
  const { weights } = await train(device, spec, parts, own, { seed, standard, clock });
  const trainer = device.probeTrainer({ ...spec, start: weights });
  const sums = new Float64Array(layers);
  try {
    const pass = { standard, clock: new BatchClock(1, { signal: control.signal }), probes: layers };
    await eachLoss(trainer, block, own, pass, (_, losses) => {
      losses.forEach((loss, layer) => (sums[layer] += loss / Math.LN2));
    });
  } finally {
    trainer.dispose();
  }
  return sums;
}

function rowsBetween({ activations, labels }: ProbePart, from: number, to: number): ProbePart {
  return { activations: part(activations, from, to), labels: labels.subarray(from, to) };
}

/** Those with a label that train has, in memory: a part whose first block is cut cannot be cut again. */
async function firstRows({ activations, labels, types }: ProbePart): Promise<ProbePart> {
  const { layers, hidden, blockCount } = activations;
  const width = layers * hidden;
  const own = [...labels.keys()].filter((row) => labels[row] >= 0).slice(0, mostDevRows);
  const data = new Float32Array(own.length * width);
  for (let index = 0, place = 0; index < blockCount && place < own.length; index++) {
    const block = await activations.block(index);
    for (; own[place] < block.start + block.rows; place++) {
      const from = (own[place] - block.start) * width;
      data.set(block.data.subarray(from, from + width), place * width);
    }
  }
  return {
    activations: inMemory(data, { rows: own.length, layers, hidden }),
    labels: Int32Array.from(own, (row) => labels[row]),
    ...(types && { types: Int32Array.from(own, (row) => types[row]) }),
  };
}
