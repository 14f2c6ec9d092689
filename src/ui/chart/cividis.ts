/** A sequential, colour-blind-safe scale in a few steps, for maps with thousands of cells. */
import { interpolateCividis } from 'd3-scale-chromatic';
import type { Kind } from './neuron-grid.ts';

/** One kind a title, from the bright end to the dark one. */
export function scaleKinds(titles: readonly string[]): Kind[] {
  const last = Math.max(1, titles.length - 1);
  return titles.map((title, step) => ({ title, hue: interpolateCividis(1 - step / last), glyph: 'full' }));
}
