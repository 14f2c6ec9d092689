/** A legend inside a picture, wrapped by an estimate of text width, so that saved files carry it. Pixels. */
import type { LegendEntry, Line } from '../../report/chart.ts';

export interface PlacedLegend {
  entries: (LegendEntry & { x: number; y: number })[];
  height: number;
}

export function placeLegend(entries: readonly LegendEntry[], width: number): PlacedLegend {
  return wrap(entries, ({ title }) => 32 + title.length * 6.9 + 16, width, 22);
}

/** Entries of estimated widths side by side, in as many lines as they need. */
export function wrap<T>(entries: readonly T[], widthOf: (entry: T) => number, width: number, lineHeight: number) {
  let x = 0;
  let y = 0;
  const placed = entries.map((entry) => {
    const size = widthOf(entry);
    if (x > 0 && x + size > width) {
      x = 0;
      y += lineHeight;
    }
    const at = { ...entry, x, y };
    x += size;
    return at;
  });
  return { entries: placed, height: entries.length === 0 ? 0 : y + lineHeight };
}

/** Lengths of strokes and gaps. */
export const dashes: Readonly<Record<Line, string | undefined>> = {
  solid: undefined,
  dashed: '6 4',
  dotted: '2 5',
};
