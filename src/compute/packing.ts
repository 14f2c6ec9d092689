/**
 * Which outputs each layer's neurons feed. Probes share batches, so a layer's weights for all of them lie side by side as
 * one block [columns, hidden] and one product serves its single probe and every concatenated probe above it. An output has
 * the number q = probe × outputs + k.
 */
import { WinnowError } from '../base/errors.ts';
import type { LinearWeights, ProbeSpec } from './device.ts';

export interface Packing {
  /** All outputs of all probes. */
  outputs: number;
  /** Per layer: the output number of each column. */
  columns: Int32Array[];
  /** Per layer: where its block starts among all packed weights. */
  offsets: number[];
  /** Weights of all probes together. */
  size: number;
}

/** @throws WinnowError `internal` for start weights or ranges that do not fit the layers. */
export function checkStart({ layers, hidden, outputs, probes, start }: ProbeSpec): void {
  probes.forEach(({ first, last }, p) => {
    const features = (last - first + 1) * hidden;
    const { weight, bias } = start[p];
    const fits = first >= 0 && first <= last && last < layers;
    if (fits && weight.length === outputs * features && bias.length === outputs) return;
    const message = `Probe ${p} reads layers ${first}–${last} of ${layers} and starts with ${weight.length} weights, ${bias.length} biases.`;
    throw new WinnowError('internal', message, 'This is a fault in Winnow: please report it.');
  });
}

/** What a trainer of some of the probes is given. @param numbers of them. */
export function someProbes(
  { probes, start, adam }: Pick<ProbeSpec, 'probes' | 'start' | 'adam'>,
  numbers: readonly number[],
): Pick<ProbeSpec, 'probes' | 'start' | 'adam'> {
  const some = <T>(all: readonly T[]): T[] => numbers.map((p) => all[p]);
  const { steps = 0, moments = [], squares = [] } = adam ?? {};
  return {
    probes: some(probes),
    start: some(start),
    ...(adam && { adam: { steps, moments: some(moments), squares: some(squares) } }),
  };
}

/** @throws WinnowError `internal` as `checkStart`. */
export function pack(spec: ProbeSpec): Packing {
  checkStart(spec);
  const { layers, hidden, outputs, probes } = spec;
  const columns: Int32Array[] = [];
  const offsets: number[] = [];
  let size = 0;
  for (let layer = 0; layer < layers; layer++) {
    const numbers = probes.flatMap(({ first, last }, p) =>
      first <= layer && layer <= last ? Array.from({ length: outputs }, (_, k) => p * outputs + k) : [],
    );
    columns.push(Int32Array.from(numbers));
    offsets.push(size);
    size += numbers.length * hidden;
  }
  return { outputs: probes.length * outputs, columns, offsets, size };
}

/** Weights, or what Adam remembers of them, as one packed array. @param all one entry a probe. */
export function packWeights(spec: ProbeSpec, packing: Packing, all = spec.start): Float32Array {
  const packed = new Float32Array(packing.size);
  eachRow(spec, packing, (probe, from, at) => {
    packed.set(all[probe].weight.subarray(from, from + spec.hidden), at);
  });
  return packed;
}

/** Biases of all probes, one after the other. */
export function packBiases(all: readonly LinearWeights[]): Float32Array {
  return Float32Array.from(all.flatMap(({ bias }) => [...bias]));
}

/** Packed weights and biases [outputs] as one linear map a probe. */
export function unpackWeights(
  spec: ProbeSpec,
  packing: Packing,
  packed: Float32Array,
  biases: ArrayLike<number>,
): LinearWeights[] {
  const { hidden, outputs } = spec;
  const all = spec.probes.map(({ first, last }, p) => ({
    weight: new Float32Array(outputs * (last - first + 1) * hidden),
    bias: Float32Array.from({ length: outputs }, (_, k) => biases[p * outputs + k]),
  }));
  eachRow(spec, packing, (probe, to, at) => {
    all[probe].weight.set(packed.subarray(at, at + hidden), to);
  });
  return all;
}

/** Every row of `hidden` weights: its probe, its place in that probe's weight and its place among the packed ones. */
function eachRow(
  spec: ProbeSpec,
  packing: Packing,
  visit: (probe: number, place: number, packed: number) => void,
): void {
  const { hidden, outputs, probes } = spec;
  packing.columns.forEach((numbers, layer) => {
    numbers.forEach((q, column) => {
      const probe = Math.floor(q / outputs);
      const { first, last } = probes[probe];
      const place = ((q % outputs) * (last - first + 1) + layer - first) * hidden;
      visit(probe, place, packing.offsets[layer] + column * hidden);
    });
  });
}
