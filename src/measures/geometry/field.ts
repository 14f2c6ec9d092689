/**
 * How the layers are built (protocols.md §10): what each does to the vectors, and in how many directions these spread. An
 * entry a layer, 0 the embeddings; null where it is not defined, as spectra of a layer of constant vectors are.
 */
import * as v from 'valibot';
import { count } from '../../data/scores.ts';
import { measureField, pairsSchema, squareGap, type Shape } from '../field.ts';

const perLayer = v.array(v.nullable(v.number()));

const schema = v.object({
  /** Entry l: of the step from layer l to l + 1; one less than there are layers. */
  blockInfluence: perLayer,
  /** Between every two layers: angles over π. */
  angularDistance: pairsSchema,
  participationRatio: perLayer,
  effectiveRank: perLayer,
  matrixEntropy: perLayer,
  anisotropy: v.array(
    v.object({
      mean: v.nullable(v.number()),
      /** The five with the largest parts, the largest first. */
      neurons: v.array(
        v.object({
          /** In the layer. */
          index: count,
          /** Of the mean; the parts of all neurons add up to it. */
          part: v.number(),
          /** The neuron's share of the layer's variance, from 0 to 1; null where the layer is constant. */
          variance: v.nullable(v.number()),
        }),
      ),
    }),
  ),
});

export type Geometry = v.InferOutput<typeof schema>;

const lists = ['participationRatio', 'effectiveRank', 'matrixEntropy', 'anisotropy'] as const;

export const geometryField = measureField(v.optional(schema), (value, shape) => {
  const { layers, hidden } = shape;
  const short = lists.find((name) => value[name].length !== layers);
  if (short) return `at geometry.${short}, ${layers} layers are expected`;
  if (value.blockInfluence.length !== layers - 1) return `at geometry.blockInfluence, ${layers - 1} steps are expected`;
  const beyond = value.anisotropy.flatMap(({ neurons }) => neurons).find(({ index }) => index >= hidden);
  if (beyond) return `at geometry.anisotropy, neuron ${beyond.index} is named, but a layer has ${hidden}`;
  return squareGap(value.angularDistance, 'geometry.angularDistance', shape satisfies Shape);
});

/** Layers first + 1 to first + length, which turn the vectors of layer `first` by least of all blocks of that length. */
export interface BestBlock {
  length: number;
  first: number;
  distance: number;
}

/** Of every length that has one; of equals the lowest (Gromov et al. 2025). */
export function bestBlocks(angularDistance: Geometry['angularDistance']): BestBlock[] {
  const layers = angularDistance.length;
  return Array.from({ length: Math.max(0, layers - 1) }, (_, index) => index + 1).flatMap((length) => {
    const blocks = Array.from({ length: layers - length }, (_, first) => first).flatMap((first) => {
      const distance = angularDistance[first][first + length];
      return distance === null ? [] : [{ length, first, distance }];
    });
    return blocks.toSorted((a, b) => a.distance - b.distance || a.first - b.first).slice(0, 1);
  });
}
