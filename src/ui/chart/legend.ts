/** A legend inside a picture, wrapped by an estimate of text width, so that saved files carry it. Pixels. */
export interface LegendEntry {
  text: string;
  hue: string;
  mark: 'line' | 'dashed' | 'level' | 'box' | 'tick';
}

export interface PlacedEntry extends LegendEntry {
  x: number;
  y: number;
}

const characterWidth = 6.9;
const rowHeight = 22;

export function placeLegend(entries: readonly LegendEntry[], width: number): { placed: PlacedEntry[]; height: number } {
  let x = 0;
  let y = 0;
  const placed = entries.map((entry) => {
    const size = 32 + entry.text.length * characterWidth + 16;
    if (x > 0 && x + size > width) {
      x = 0;
      y += rowHeight;
    }
    const at = { ...entry, x, y };
    x += size;
    return at;
  });
  return { placed, height: entries.length === 0 ? 0 : y + rowHeight };
}
