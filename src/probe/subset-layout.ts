/**
 * How probes on the first N of a list, for several N, become probes on ranges of equally wide pieces, each filled up with
 * columns that hold no neuron: either the list is cut where a probe ends, and a piece serves all probes that reach it, or
 * every probe has pieces of its own.
 */
import { noNeuron } from '../activations/select.ts';
import { WinnowError } from '../base/errors.ts';
import type { LayerRange, LinearWeights } from '../compute/device.ts';
import { operationsARow } from './operations.ts';

export interface SubsetLayout {
  /** Pieces, and columns a piece: what a device calls layers and hidden. */
  layers: number;
  hidden: number;
  /** The pieces of each probe. */
  probes: LayerRange[];
  /** Of each piece a number: neighbours with the same one are read by the same probes. */
  joined: number[];
  /** Place in the list of every column, `noNeuron` where a piece is filled up. [layers × hidden] */
  columns: Int32Array<ArrayBuffer>;
  /** Of every place in the list, its column among those of a probe. */
  places: Int32Array<ArrayBuffer>;
}

/** What a product with one more piece costs beside its columns, counted in columns, where pieces are not joined. */
const pieceCost = 64;

/**
 * @param outputs of a probe.
 * @param width of a piece where joined ones cost nothing apart; null: each has its price.
 * @throws WinnowError `internal` for sizes that do not ascend from 1 to the length of the list.
 */
export function layoutOf(
  sizes: readonly number[],
  length: number,
  { outputs, width }: { outputs: number; width: number | null },
): SubsetLayout {
  const cuts = [0, ...sizes];
  const stretches = sizes.map((size, i) => size - cuts[i]);
  if (sizes.length === 0 || stretches.some((stretch) => !(stretch >= 1)) || sizes[sizes.length - 1] > length) {
    const message = `Probes on the first ${sizes.join(', ') || 'no'} of ${length} neurons were asked for.`;
    throw new WinnowError('internal', message, 'This is a fault in Winnow: please report it.');
  }
  if (width === null) return inPieces(sizes, cheapestWidth(stretches), true);
  const [shared, own] = [inPieces(sizes, width, true), inPieces(sizes, width, false)];
  return costOf(shared, outputs) <= costOf(own, outputs) ? shared : own;
}

/** @param shared whether the list is cut where probes end; else every probe has pieces of its own. */
function inPieces(sizes: readonly number[], hidden: number, shared: boolean): SubsetLayout {
  const columns: number[] = [];
  const joined: number[] = [];
  const probes = sizes.map((size, i): LayerRange => {
    const first = shared ? 0 : joined.length;
    addPieces(columns, shared && i > 0 ? sizes[i - 1] : 0, size, hidden);
    while (joined.length < columns.length / hidden) joined.push(i);
    return { first, last: joined.length - 1 };
  });
  // The largest probe reads every place.
  const places = new Int32Array(sizes[sizes.length - 1]);
  columns.slice(probes[probes.length - 1].first * hidden).forEach((place, column) => {
    if (place !== noNeuron) places[place] = column;
  });
  return { layers: joined.length, hidden, probes, joined, columns: Int32Array.from(columns), places };
}

/** Of these places of the list, the last piece filled up. */
function addPieces(columns: number[], from: number, to: number, hidden: number): void {
  for (let place = from; place < to; place++) columns.push(place);
  while (columns.length % hidden > 0) columns.push(noNeuron);
}

function costOf({ hidden, probes, columns }: SubsetLayout, outputs: number): number {
  const weights = probes.reduce((sum, { first, last }) => sum + (last - first + 1) * hidden * outputs, 0);
  return operationsARow(columns.length, weights);
}

function cheapestWidth(stretches: readonly number[]): number {
  const cost = (width: number) =>
    stretches.reduce((sum, stretch) => sum + Math.ceil(stretch / width) * (width + pieceCost), 0);
  return stretches.reduce((best, width) => (cost(width) < cost(best) ? width : best));
}

/** Weights of a probe on the first `size`, [outputs, size], as those of its pieces: 0 where there is no neuron. */
export function spread({ weight, bias }: LinearWeights, size: number, { places, hidden }: SubsetLayout): LinearWeights {
  const width = hidden * Math.ceil((places[size - 1] + 1) / hidden);
  const wide = new Float32Array(bias.length * width);
  for (let i = 0; i < weight.length; i++) wide[Math.floor(i / size) * width + places[i % size]] = weight[i];
  return { weight: wide, bias };
}

/** The way back from `spread`. */
export function narrow({ weight, bias }: LinearWeights, size: number, { places }: SubsetLayout): LinearWeights {
  const width = weight.length / bias.length;
  const own = new Float32Array(bias.length * size);
  for (let i = 0; i < own.length; i++) own[i] = weight[Math.floor(i / size) * width + places[i % size]];
  return { weight: own, bias };
}
