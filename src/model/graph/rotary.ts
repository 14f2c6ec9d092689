/**
 * Rotary positions (Su et al. 2021): each pair of a head's numbers, one from either half, is turned by its frequency
 * times the token's place. Frequencies and angles are float32, as PyTorch rounds them.
 */
import { firstPlaceOf, graphInput, type GraphInput } from '../batch.ts';
import { writePositions } from './inputs.ts';
import type { StandardInputs } from './standard-inputs.ts';

export interface Rotary {
  /** Of its inputs: layers with the same frequencies share them. */
  name: string;
  /** Radians a token, [head size / 2]. */
  frequencies: Float32Array;
}

const { fround } = Math;

/** @param size of a head @returns base^(−2i / size), [size / 2] */
export function rotaryFrequencies(size: number, base: number): Float32Array {
  return Float32Array.from({ length: size / 2 }, (_, index) => 1 / fround(base ** fround((2 * index) / size)));
}

/** What Llama 3 stretches its frequencies by (`rope_type` llama3). */
export interface LlamaStretch {
  factor: number;
  low: number;
  high: number;
  /** The longest input before it was stretched, in tokens. */
  trained: number;
}

/** Long waves are stretched by the factor, short ones are left, those between are mixed. Source: Llama 3.1 (Meta 2024). */
export function stretched(frequencies: Float32Array, { factor, low, high, trained }: LlamaStretch): Float32Array {
  return frequencies.map((frequency) => {
    const turns = (trained * frequency) / (2 * Math.PI);
    if (turns > high) return frequency;
    if (turns < low) return frequency / factor;
    const share = (turns - low) / (high - low);
    return ((1 - share) * frequency) / factor + share * frequency;
  });
}

/** Cosines and sines of the angles at the places 0, 1, …, [T, head size / 2] each. */
export function rotaryTables(rotary: Rotary): { cosines: GraphInput; sines: GraphInput } {
  return { cosines: table(rotary, 'Cosines'), sines: table(rotary, 'Sines') };
}

function table({ name, frequencies }: Rotary, kind: 'Cosines' | 'Sines'): GraphInput {
  const [wave, op] = kind === 'Cosines' ? [Math.cos, 'Cos'] : [Math.sin, 'Sin'];
  const width = frequencies.length;
  let values = new Float32Array(0);
  return graphInput(
    `${name}${kind}`,
    'float32',
    ['length', width],
    ({ length }) => {
      if (length * width > values.length) {
        values = Float32Array.from({ length: length * width }, (_, at) =>
          wave(fround(Math.floor(at / width) * frequencies[at % width])),
        );
      }
      return { data: values.subarray(0, length * width), dims: [length, width] };
    },
    (given) => {
      const { graph } = given;
      const places = given.float32(graph.node('Unsqueeze', [given.places(), graph.integers([1])]));
      return graph.node(op, [graph.node('Mul', [places, graph.floats([...frequencies])])]);
    },
  );
}

/** [rows, T]: the place of each token in its row. */
export const places = graphInput(
  'places',
  'int64',
  ['rows', 'length'],
  (batch) => {
    const { rows, length } = batch;
    const all = new BigInt64Array(rows * length);
    for (let row = 0; row < rows; row += 1) {
      const first = firstPlaceOf(batch, row);
      for (let at = first; at < length; at += 1) all[row * length + at] = BigInt(at - first);
    }
    return { data: all, dims: [rows, length] };
  },
  placesIn,
);

/** [rows, 1]: that of the pooled token. */
export const pooledPlaces = graphInput(
  'pooledPlaces',
  'int64',
  ['rows', 1],
  (batch) => {
    const { rows, length, pooled } = batch;
    const own = Array.from(pooled, (at, row) => (at % length) - firstPlaceOf(batch, row));
    return { data: BigInt64Array.from(own, BigInt), dims: [rows, 1] };
  },
  (given) => given.graph.node('GatherElements', [placesIn(given), given.place()], { axis: { int: 1 } }),
);

function placesIn(given: StandardInputs): string {
  return given.graph.once('token places', () => writePositions(given, null));
}
