/**
 * How probes on the first N of a list, for several N, become probes on ranges of equally wide pieces: the list is cut
 * where a probe ends, and each piece is filled up with columns that hold no neuron.
 */
import { noNeuron } from '../activations/select.ts';
import { WinnowError } from '../base/errors.ts';
import type { LayerRange, LinearWeights } from '../compute/device.ts';

export interface SubsetLayout {
  /** Pieces, and columns a piece: what a device calls layers and hidden. */
  layers: number;
  hidden: number;
  /** The pieces of each probe. */
  probes: LayerRange[];
  /** Place in the list of every column, `noNeuron` where a piece is filled up. [layers × hidden] */
  columns: Int32Array<ArrayBuffer>;
  /** Column of every place in the list. */
  places: Int32Array<ArrayBuffer>;
}

/** What a product with one more piece costs beside its columns, counted in columns. */
const pieceCost = 64;

/** @throws WinnowError `internal` for sizes that do not ascend from 1 to the length of the list. */
export function layoutOf(sizes: readonly number[], length: number): SubsetLayout {
  const cuts = [0, ...sizes];
  const stretches = sizes.map((size, i) => size - cuts[i]);
  if (sizes.length === 0 || stretches.some((stretch) => !(stretch >= 1)) || sizes[sizes.length - 1] > length) {
    const message = `Probes on the first ${sizes.join(', ') || 'no'} of ${length} neurons were asked for.`;
    throw new WinnowError('internal', message, 'This is a fault in Winnow: please report it.');
  }
  const hidden = cheapestWidth(stretches);
  const columns: number[] = [];
  const probes = sizes.map((size, i): LayerRange => {
    for (let place = cuts[i]; place < size; place++) columns.push(place);
    while (columns.length % hidden > 0) columns.push(noNeuron);
    return { first: 0, last: columns.length / hidden - 1 };
  });
  const places = new Int32Array(sizes[sizes.length - 1]);
  columns.forEach((place, column) => {
    if (place !== noNeuron) places[place] = column;
  });
  return { layers: columns.length / hidden, hidden, probes, columns: Int32Array.from(columns), places };
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
