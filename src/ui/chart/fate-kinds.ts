/** How each fate of a neuron looks: hue and glyph, in the order of `fates`. */
import { fates, fateTitles, type Fate, type FateMap } from '../../report/neuron-fates.ts';
import { integer } from '../../report/format.ts';
import type { Kind } from './neuron-grid.ts';
import type { Glyph } from './paths.ts';

const looks: Readonly<Record<Fate, { hue: string; glyph: Glyph }>> = {
  kept: { hue: 'var(--kept)', glyph: 'full' },
  open: { hue: 'var(--kept)', glyph: 'frame' },
  selection: { hue: 'var(--plum)', glyph: 'dot' },
  clustering: { hue: 'var(--teal)', glyph: 'corner' },
  constant: { hue: 'var(--line-strong)', glyph: 'ring' },
  layers: { hue: 'var(--slate)', glyph: 'bar' },
};

/** Of every fate, so that codes index it. */
export function fateKinds(map: FateMap): Kind[] {
  return fates.map((fate) => ({ ...looks[fate], title: fateTitles[fate], count: integer(map.counts[fate]) }));
}

/** Each layer's neurons by fate, the ranked ones by rank: the grain first, the chaff last. */
export function orderByFate({ shape: { layers, hidden }, fates: codes, rank }: FateMap): Int32Array {
  const order = new Int32Array(layers * hidden);
  // One number a neuron: fate, then rank (the unranked last), then its own number.
  const key = (neuron: number) => ((codes[neuron] ?? 0) * 2 ** 16 + (rank[neuron] || 2 ** 16 - 1)) * 2 ** 16;
  for (let layer = 0; layer < layers; layer++) {
    const keys = Float64Array.from({ length: hidden }, (_, index) => key(layer * hidden + index) + index);
    keys.sort().forEach((value, place) => (order[layer * hidden + place] = layer * hidden + (value % 2 ** 16)));
  }
  return order;
}
