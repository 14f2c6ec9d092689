/** A legend inside a picture, wrapped by an estimate of text width, so that saved files carry it. Pixels. */
import type { LegendEntry, Line } from '../../report/chart.ts';

export interface PlacedLegend {
  entries: (LegendEntry & { x: number; y: number })[];
  height: number;
}

const characterWidth = 6.9;
const rowHeight = 22;

export function placeLegend(entries: readonly LegendEntry[], width: number): PlacedLegend {
  let x = 0;
  let y = 0;
  const placed = entries.map((entry) => {
    const size = 32 + entry.title.length * characterWidth + 16;
    if (x > 0 && x + size > width) {
      x = 0;
      y += rowHeight;
    }
    const at = { ...entry, x, y };
    x += size;
    return at;
  });
  return { entries: placed, height: entries.length === 0 ? 0 : y + rowHeight };
}

/** Lengths of strokes and gaps. */
export const dashes: Readonly<Record<Line, string | undefined>> = {
  solid: undefined,
  dashed: '6 4',
  dotted: '2 5',
};
