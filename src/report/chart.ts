/**
 * What figures show, as plain data of four kinds: no hues, no pixels. src/ui/chart draws each kind; `Tone` names what is
 * to be told apart, and gets its hue there. Shares are fractions; layers count from 0, the embeddings.
 */
import type { Shape } from '../measures/field.ts';
import type { Score } from '../run/run-file.ts';
import { integer, valueText, type Unit } from './format.ts';
import { missingCell, numberColumn, type Cell, type Table } from './table.ts';

/** A chart with its name, one sentence or two about it, and the same numbers as a table. */
export interface Figure {
  /** For tests and the command line; unique on the page. */
  id: string;
  title: string;
  description: string;
  /** What hands can do with it on screen; not said in files. */
  hint?: string;
  chart: Chart;
  /** One of thousands of rows is a getter: made when somebody asks for it, not at every step of a dragged slider. */
  table: Table;
  /** Name of saved files, without ending. */
  stem: string;
}

/** Of the same figure of several results the first has the plain id. */
export function figureId(id: string, index: number): string {
  return index === 0 ? id : `${id}-${index + 1}`;
}

export type Chart = CurveChart | BarChart | MatrixChart | NeuronsChart;

/**
 * A number tells things of one sort apart, runs for instance; `shade` is a place on a scale from 0, the least, to 1, what matters most;
 * what is kept has a colour of its own; `ink`, `soft` and `faint` are those of text and lines.
 */
export type Tone = number | { shade: number } | 'kept' | 'ink' | 'soft' | 'faint';

interface Named {
  /** What the picture is called where it cannot be seen. */
  label: string;
}

/** y over x: curves with deviations, lines across, marks along x. */
export interface CurveChart extends Named {
  kind: 'curve';
  xTitle: string;
  yTitle: string;
  /** Of x; layers are whole numbers, each with its number as far as these fit. */
  scale: 'linear' | 'log' | 'layers';
  /** Of y. */
  unit: Unit;
  curves: Curve[];
  levels?: Level[];
  /** Lines upwards, named above the plot. */
  marks?: { title: string; x: number }[];
  /** Points that matter, ringed. */
  spots?: { title: string; x: number; y: number }[];
  /** Points of which one can be chosen, in the order of stepping through them. */
  choices?: Choice[];
  /** Where it is not that of several curves and all levels. */
  legend?: LegendEntry[];
  xDomain: [number, number];
  yDomain: [number, number];
  /** Of the plot without legend and axes, in pixels, where it is not the usual one. */
  height?: number;
}

export interface Curve {
  title: string;
  tone: Tone;
  dashed: boolean;
  /** Whether each point is a measurement, drawn as a dot. */
  dots: boolean;
  points: CurvePoint[];
  /** Each y holds up to the next point; straight lines between points when left out. */
  stepped?: boolean;
}

export interface CurvePoint {
  x: number;
  y: number;
  /** Standard deviation over seeds; 0 for one seed. */
  deviation: number;
  /** What this point is of, where its curve's title does not say it. */
  title?: string;
}

/** A point that stands for something one can choose. */
export interface Choice {
  /** What it is, in words: read out where it is pointed at or chosen. */
  title: string;
  x: number;
  y: number;
  deviation: number;
  tone: Tone;
  mark: PointMark;
  /** Whether it is the one shown, or one of those shown of several results. */
  chosen: boolean;
}

/** What a point looks like, told apart without colour: filled or open, or crossed out, boldly or thinly. */
export type PointMark = 'disc' | 'ring' | 'cross' | 'thin-cross';

/** A line across the plot. */
export interface Level {
  title: string;
  y: number;
  tone: Tone;
  line: Line;
  /** Where areas that begin at the line end, as y; widest first. */
  bands?: number[];
}

export type Line = 'solid' | 'dashed' | 'dotted';

export interface LegendEntry {
  title: string;
  tone: Tone;
  /** A curve without or with dots, a level, its bands, a mark along x, a bar, a mark on bars, a point. */
  sample: 'curve' | 'dots' | 'level' | 'bands' | 'mark' | 'bar' | 'tick' | PointMark;
  /** Of a curve or a level; solid when left out. */
  line?: Line;
}

/** Values by group: bars along x, those of several runs stacked; or a row a group, its bars below each other, from 0 to 1. */
export interface BarChart extends Named {
  kind: 'bars';
  layout: 'stacked' | 'rows';
  xTitle: string;
  yTitle: string;
  unit: Unit;
  groups: string[];
  /** A value a group; null is drawn as nothing. */
  bars: { title: string; tone: Tone; values: (number | null)[] }[];
  /** A line across each group's bars in rows, the paper's figure for instance. */
  marks?: { title: string; values: number[] };
}

/** A value for every pair of a row and a column, as shaded cells; null, no such value, is hatched. */
export interface MatrixChart extends Named {
  kind: 'matrix';
  /** What one row is, "layer"; rows and columns of one title are pairs of the same things. */
  rows: { title: string; names: string[] };
  columns: { title: string; names: string[] };
  /** [rows, columns] */
  values: readonly (readonly (number | null)[])[];
  /** What the values are called. */
  quantity: string;
  /** Values at the ends of the scale. */
  domain: [number, number];
  /** Why a value is missing. */
  missing: string;
}

/** Every neuron of a model as a cell: a row a layer, each neuron in one category. */
export interface NeuronsChart extends Named {
  kind: 'neurons';
  shape: Shape;
  /** Those that no neuron is in are not shown, unless `listed`. */
  categories: { title: string; tone: Tone; glyph: Glyph }[];
  /** Categories that the legend has even without neurons: one map of several whose legends are to be alike. */
  listed?: readonly number[];
  /** Of each neuron by its number, an index into `categories`; [layers × hidden]. */
  categoryOf: ArrayLike<number>;
  /** Whether the legend says how many neurons are in each category. */
  counted: boolean;
  /** Neurons as they stand, layer by layer; by number when left out. */
  order?: ArrayLike<number>;
  /** In which order neurons stand, "by fate" for instance; by number when left out. */
  xTitle?: string;
  /** A word behind each layer. */
  notes?: string[];
  /** A neuron in words; all of a model's would take too long to write while a slider is dragged. */
  read: (neuron: number) => string;
}

/** What a cell looks like, told apart without colour: what is kept is whole, the rest of it is ever less. */
export type Glyph = 'full' | 'frame' | 'dot' | 'corner' | 'ring' | 'bar';

/** The axis of charts by layer. */
export const layerAxis = { scale: 'layers', xTitle: 'layer (0 = embeddings)' } as const;

/** None where the score is not defined. */
export function scorePoint(x: number, score: Score | undefined, title?: string): CurvePoint[] {
  if (score?.mean == null) return [];
  return [{ x, y: score.mean, deviation: score.deviation ?? 0, ...(title && { title }) }];
}

/** From the lowest to the highest with a twentieth of air. */
export function spanned(values: readonly number[], [least, most]: [number, number]): [number, number] {
  if (values.length === 0) return [least, most];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = (high - low) / 20 || Math.abs(high) / 20 || 1;
  return [Math.max(least, low - air), Math.min(most, high + air)];
}

/** A curve chart over all that it shows. @param limits of what y can be. */
export function curveChart(
  chart: Omit<CurveChart, 'kind' | 'xDomain' | 'yDomain'>,
  limits: [number, number],
): CurveChart {
  const points = [...chart.curves.flatMap((curve) => curve.points), ...(chart.choices ?? [])];
  const xs = points.map(({ x }) => x);
  const ys = points.flatMap(({ y, deviation }) => [y - deviation, y + deviation]);
  const levels = (chart.levels ?? []).flatMap(({ y, bands = [] }) => [y, ...bands]);
  const xDomain: [number, number] = xs.length === 0 ? [1, 10] : [Math.min(...xs), Math.max(...xs)];
  return { ...chart, kind: 'curve', xDomain, yDomain: spanned([...ys, ...levels], limits) };
}

/** Categories in an order, from what matters most to what matters least. */
export function shadedCategories(titles: readonly string[]): NeuronsChart['categories'] {
  const last = Math.max(1, titles.length - 1);
  return titles.map((title, step) => ({ title, tone: { shade: 1 - step / last }, glyph: 'full' }));
}

/** A curve chart's points: a row an x, a column a curve. */
export function curveTable(chart: CurveChart): Table {
  const xs = [...new Set(chart.curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const deviations = chart.curves.map(({ points }) => points.some(({ deviation }) => deviation > 0));
  const columns = chart.curves.flatMap(({ title }, i) => [
    numberColumn(title),
    ...(deviations[i] ? [numberColumn(`${title}, deviation`)] : []),
  ]);
  const rows = xs.map((x) => {
    const cells = chart.curves.flatMap(({ points }, i): Cell[] => {
      const point = points.find((candidate) => candidate.x === x);
      return [point?.y, ...(deviations[i] ? [point?.deviation] : [])].map((value) =>
        value === undefined
          ? missingCell('This curve has no point here.')
          : { value, text: valueText(value, chart.unit) },
      );
    });
    return [{ value: x, text: Number.isInteger(x) ? integer(x) : String(Number(x.toFixed(4))) }, ...cells];
  });
  return { columns: [numberColumn(chart.xTitle), ...columns], rows };
}
