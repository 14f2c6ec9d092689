/** Which probes on layers are held against the oracle: the best single layer by dev, and the smallest stacks of layers. */
import type { Control } from '../../base/abort.ts';
import { neuronStatistics } from '../../probe/statistics.ts';
import { selectTopLayer, usualDeltas } from '../../redundancy/layer-selector.ts';
import type { AfterSelection } from '../stage.ts';
import type { Contenders } from './mcnemar.ts';

export async function layerContenders(
  { parts, layers, options, selected }: AfterSelection,
  { signal }: Control,
): Promise<Pick<Contenders, 'bestLayer' | 'stacks'>> {
  const { layers: count, hidden } = parts.train.activations;
  const neurons = (first: number, last: number): Int32Array =>
    Int32Array.from({ length: (last - first + 1) * hidden }, (_, index) => first * hidden + index);
  const devOf = (kind: 'individual' | 'concatenated') =>
    layers[kind].map(({ dev }) => dev[options.metric]?.mean ?? null);
  const { constant } = layers.standard ?? (await neuronStatistics(parts.train.activations, { signal }));
  const varies = (layer: number) => constant.subarray(layer * hidden, (layer + 1) * hidden).some((one) => one === 0);
  const [best] = devOf('individual')
    .flatMap((score, layer) => (score !== null && varies(layer) ? [{ score, layer }] : []))
    .toSorted((a, b) => b.score - a.score);
  const deltas = [...usualDeltas, ...selected.map(({ entry }) => entry.deltas.layers)];
  const tops = deltas.map((delta) => selectTopLayer(devOf('concatenated'), delta, options.protocol));
  // The last stack is the oracle itself.
  const stacks = [...new Set(tops)].filter((top) => top < count - 1).toSorted((a, b) => a - b);
  const isSeveral = count > 1 && best !== undefined;
  return {
    bestLayer: isSeveral
      ? {
          layer: best.layer,
          neurons: neurons(best.layer, best.layer),
          weights: layers.individualWeights.map((own) => own[best.layer]),
        }
      : null,
    stacks: stacks.map((layer) => ({
      layer,
      neurons: neurons(0, layer),
      weights: layers.concatenatedWeights.map((own) => own[layer]),
    })),
  };
}
