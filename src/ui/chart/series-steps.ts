/** Steps through the points of a chart by key: along a series, or to the nearest point of the next one. Pixels. */
export interface ReadPoint {
  x: number;
  y: number;
  /** What the point says. */
  text: string;
}

export interface PointPlace {
  row: number;
  column: number;
}

/** Where a key leads; the place itself, put inside, for no key; null for a key that moves nothing and where nothing is. */
export function stepAmong(
  series: readonly (readonly ReadPoint[])[],
  { row, column }: PointPlace,
  key: string,
): PointPlace | null {
  const rows = series.flatMap((points, index) => (points.length > 0 ? [index] : []));
  if (rows.length === 0) return null;
  const here = rows.findLast((index) => index <= row) ?? rows[0];
  const last = series[here].length - 1;
  const at = Math.max(0, Math.min(last, column));
  const beside = (step: number): PointPlace => {
    const next = rows[rows.indexOf(here) + step];
    if (next === undefined) return { row: here, column: at };
    const away = (index: number): number => Math.abs(series[next][index].x - series[here][at].x);
    const nearest = series[next].reduce((best, _, index) => (away(index) < away(best) ? index : best), 0);
    return { row: next, column: nearest };
  };
  switch (key) {
    case '':
      return { row: here, column: at };
    case 'ArrowLeft':
      return { row: here, column: Math.max(0, at - 1) };
    case 'ArrowRight':
      return { row: here, column: Math.min(last, at + 1) };
    case 'ArrowUp':
      return beside(-1);
    case 'ArrowDown':
      return beside(1);
    case 'Home':
      return { row: here, column: 0 };
    case 'End':
      return { row: here, column: last };
    default:
      return null;
  }
}
