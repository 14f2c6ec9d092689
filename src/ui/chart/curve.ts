/** Axes of a curve chart, and what its curves say at an x. Pixels from the left and the top of the plot. */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { Choice, Curve, CurveChart, CurvePoint, LegendEntry } from '../../report/chart.ts';
import { dash, integer, valueText } from '../../report/format.ts';

type Place = (value: number) => number;
export interface Tick {
  at: number;
  text: string;
}

/** From the top of the picture to the top of the plot. */
export function plotTop({ height }: { height: number }): number {
  return height + 36;
}

/** Between the plot's ends and the first and the last point. */
const inset = 8;
const layerWidth = 18;
/** What a plot's names and numbers take above and below it, without its legend. */
export const axesHeight = 84;

/** Below it the numbers of layers would touch; the frame scrolls instead. */
export function narrowest({ scale, xDomain }: CurveChart): number {
  return scale === 'layers' ? Math.max(300, (xDomain[1] + 1) * layerWidth + 72) : 300;
}

export function xAxis({ scale, xDomain: [from, to] }: CurveChart, width: number) {
  const ends = [inset, width - inset];
  // None at all stands where one would: a logarithm has no place for 0.
  if (scale === 'log') return scaleLog([Math.max(1, from), Math.max(2, to, from + 1)], ends).clamp(true);
  return scaleLinear([from, to === from ? from + 1 : to], ends);
}

/** Counts have no ticks between whole numbers. */
export function xTicks(
  { scale, xDomain: [from, to], curves }: CurveChart,
  x: ReturnType<typeof xAxis>,
  width: number,
): Tick[] {
  const tick = (value: number): Tick => ({ at: x(value), text: xText(value, scale) });
  if (scale === 'linear') {
    const isCount = curves.every(({ points }) => points.every((point) => Number.isInteger(point.x)));
    const ticks = x.ticks(Math.min(10, width / 48));
    return ticks.filter((value) => !isCount || Number.isInteger(value)).map(tick);
  }
  if (scale === 'layers') {
    const step = Math.ceil((to - from + 1) / Math.max(1, Math.floor(width / 28)));
    return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => tick(from + i * step));
  }
  const round = [1, 10, 100, 1000, 10_000].flatMap((power) => [power, 2 * power, 5 * power]);
  const ticks = round.filter((value) => value >= from && value <= to).map(tick);
  return ticks.length === 0 ? [tick(from)] : apart(ticks);
}

const characterWidth = 7.3;

/** Without those that would touch the one before. */
function apart(ticks: readonly Tick[]): Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    const room = ((tick.text.length + (last?.text.length ?? 0)) / 2) * characterWidth + 4;
    if (!last || tick.at - last.at >= room) kept.push(tick);
  }
  return kept;
}

function xText(value: number, scale: CurveChart['scale']): string {
  return Number.isInteger(value) && scale === 'log' ? integer(value) : String(Number(value.toFixed(2)));
}

export function yAxis({ unit, yDomain }: CurveChart, height: number) {
  const y = scaleLinear(yDomain, [height, 0]);
  const values = y.ticks(5);
  const step = (values[1] ?? 1) - (values[0] ?? 0);
  const text = (value: number): string => {
    if (unit === 'count') return integer(value);
    const digits = unit === 'share' ? Number(step < 0.00999) : step < 0.1 ? 2 : 1;
    return (unit === 'share' ? value * 100 : value).toFixed(digits).replace('-', '−');
  };
  return { y, ticks: values.map((value): Tick => ({ at: y(value), text: text(value) })) };
}

/** Several curves and all levels, where a chart does not say otherwise. */
export function legendOf({ legend, curves, levels = [] }: CurveChart): LegendEntry[] {
  if (legend) return legend;
  return [
    ...(curves.length + levels.length > 1 ? curves : []).map((curve): LegendEntry => ({
      ...curve,
      sample: 'curve',
      line: curve.dashed ? 'dashed' : 'solid',
    })),
    ...levels.map((level): LegendEntry => ({ ...level, sample: 'level' })),
  ];
}

/** On layers the point of that very layer, elsewhere the nearest one. */
function pointAt({ points }: Curve, at: number, x: Place, scale: CurveChart['scale']): CurvePoint | undefined {
  if (scale === 'layers') return points.find((point) => point.x === at);
  const away = (point: CurvePoint) => Math.abs(x(point.x) - x(at));
  return points.reduce<CurvePoint | undefined>(
    (best, point) => (best && away(best) <= away(point) ? best : point),
    undefined,
  );
}

/** The x that a reading near `at` is about: that of a measured point, or the layer. */
export function anchorAt({ curves, scale }: CurveChart, at: number, x: Place): number | null {
  if (scale === 'layers') return Math.round(at);
  const points = curves.flatMap((curve) => pointAt(curve, at, x, scale) ?? []);
  return points[0]?.x ?? null;
}

/** One point of one curve, in words. */
export function pointText({ scale, unit, xTitle }: CurveChart, { title }: Curve, point: CurvePoint): string {
  const where = scale === 'layers' ? `layer ${xText(point.x, scale)}` : `${xText(point.x, scale)} (${xTitle})`;
  const spread = point.deviation > 0 ? ` ± ${valueText(point.deviation, unit)}` : '';
  return `${point.title ?? title}, ${where}: ${valueText(point.y, unit)}${spread}`;
}

/** Every curve's value, in words. */
export function readingAt({ curves, scale, unit }: CurveChart, anchor: number, x: Place): string {
  const words = curves.map((curve) => {
    const point = pointAt(curve, anchor, x, scale);
    return `${point?.title ?? curve.title} ${point ? valueText(point.y, unit) : dash}`;
  });
  return `${scale === 'layers' ? 'Layer ' : ''}${xText(anchor, scale)}: ${words.join(' · ')}`;
}

/** The choice nearest to a place in the plot, in pixels. */
export function nearestChoice(choices: readonly Choice[], at: { x: number; y: number }, x: Place, y: Place): number {
  const away = choices.map((choice) => Math.hypot(x(choice.x) - at.x, y(choice.y) - at.y));
  return away.indexOf(Math.min(...away));
}

/** The choice that a key leads to; null for other keys. @param current null while none of them is shown. */
export function stepChoice(count: number, current: number | null, key: string): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return current === null ? 0 : Math.min(last, current + 1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return current === null ? last : Math.max(0, current - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
