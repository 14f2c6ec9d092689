/**
 * Where each neuron of a model is drawn: a row a layer, in as many lines as its neurons need at a size that can be seen.
 * Pure geometry in CSS pixels; what a neuron looks like is its category's.
 */
import type { Shape } from '../../measures/field.ts';
import type { NeuronsChart } from '../../report/chart.ts';
import { integer } from '../../report/format.ts';
import { hueOf } from './colours.ts';
import { wrap } from './legend.ts';
import { traceGlyph, type PathMark, type PathPicture, type PathSink, type PictureText } from './paths.ts';

export interface NeuronGrid {
  shape: Shape;
  cell: number;
  columns: number;
  /** Lines a layer. */
  lines: number;
  left: number;
  top: number;
  /** Room above each layer's cells, where its name stands on a narrow page; else it stands beside them. */
  head: number;
  width: number;
  height: number;
}

const gutter = 64;
const noteWidth = 72;
const layerGap = 6;
const legendLine = 24;
const legendGlyph = 13;
const characterWidth = 7;
const textHeight = 14;
/** Below the cells, for what their places are. */
const axisHeight = 28;
const tallestCells = 480;
/** From `plainCell` on a cell's shape is plain to see; paper shows smaller ones than a screen. */
const [smallestCell, smallestOnPaper, plainCell, largestCell] = [5, 3, 11, 14];
/** Below it a layer's name and its note stand above its cells, which have the whole width. */
const roomy = 480;
const narrowest = 240;
const headHeight = 22;
/** Room for the outline of what has the focus. */
const margin = 4;

/**
 * @param frameWidth of the frame around it; a picture too narrow for its neurons scrolls in it.
 * @param tallest of a picture that must not scroll; null on screen.
 */
export function layOutGrid(chart: NeuronsChart, frameWidth: number, tallest: number | null = null): NeuronGrid {
  const { shape, notes } = chart;
  const width = Math.max(tallest === null ? narrowest : 0, frameWidth - 2 * margin);
  const isNarrow = tallest === null && width < roomy;
  const head = isNarrow ? headHeight : 0;
  const left = isNarrow ? 0 : gutter;
  const room = isNarrow ? width : width - gutter - (notes ? noteWidth : 0);
  const top = legendOf(chart, width).height + 12;
  const limits =
    tallest === null
      ? { tallest: tallestCells, least: smallestCell }
      : { tallest: Math.min(tallestCells, tallest - top - axisHeight), least: smallestOnPaper };
  const { cell, columns, lines } = largestFit(shape, room, limits);
  const height = top + shape.layers * (head + lines * cell + layerGap) + axisHeight;
  return { shape, cell, columns, lines, left, top, head, width, height };
}

/** More lines a layer make larger cells: as many as the height allows and the eye needs, all equally long. */
function largestFit(
  { layers, hidden }: Shape,
  room: number,
  { tallest, least }: { tallest: number; least: number },
): Pick<NeuronGrid, 'cell' | 'columns' | 'lines'> {
  let best: Pick<NeuronGrid, 'cell' | 'columns' | 'lines'> | null = null;
  for (let lines = 1; lines <= hidden; lines++) {
    const columns = Math.ceil(hidden / lines);
    const cell = Math.min(largestCell, Math.floor(room / columns));
    const low = Math.floor((tallest / layers - layerGap) / lines);
    if (cell < least) continue;
    if (best && (best.cell >= plainCell || low <= best.cell)) break;
    if (!best || cell > best.cell) best = { cell: best ? Math.min(cell, low) : cell, columns, lines };
  }
  return best ?? { cell: least, columns: Math.max(1, Math.floor(room / least)), lines: hidden };
}

/** Upper left corner of a place of a layer. */
export function cornerOf({ cell, columns, lines, left, top, head }: NeuronGrid, layer: number, place: number) {
  const line = Math.floor(place / columns);
  return { x: left + (place % columns) * cell, y: top + layer * (head + lines * cell + layerGap) + head + line * cell };
}

/** Where a neuron stands. */
export function placeOf({ shape: { hidden }, order }: NeuronsChart, neuron: number): { layer: number; place: number } {
  const layer = Math.floor(neuron / hidden);
  const place = neuron % hidden;
  if (!order) return { layer, place };
  for (let other = 0; other < hidden; other++)
    if (order[layer * hidden + other] === neuron) return { layer, place: other };
  return { layer, place };
}

/** The outlines of some neurons' cells, as the `d` of an SVG path. */
export function framesOf(grid: NeuronGrid, chart: NeuronsChart, neurons: readonly number[]): string {
  const side = grid.cell + 1;
  return neurons
    .map((neuron) => {
      const { layer, place } = placeOf(chart, neuron);
      const { x, y } = cornerOf(grid, layer, place);
      return `M${x - 1} ${y - 1}h${side}v${side}h${-side}z`;
    })
    .join('');
}

/** The place under a point; null beside all neurons. */
export function placeAt(grid: NeuronGrid, x: number, y: number): { layer: number; place: number } | null {
  const { shape, cell, columns, lines, left, top, head } = grid;
  const step = head + lines * cell + layerGap;
  const layer = Math.floor((y - top) / step);
  const line = Math.floor((y - top - layer * step - head) / cell);
  const column = Math.floor((x - left) / cell);
  const place = line * columns + column;
  const inside = layer >= 0 && layer < shape.layers && line >= 0 && line < lines && column >= 0 && column < columns;
  return inside && place < shape.hidden ? { layer, place } : null;
}

/** One step by an arrow key: along the line, or to the next line, that of the next layer at the end. */
export function stepFrom(grid: NeuronGrid, from: { layer: number; place: number }, key: string): typeof from | null {
  const { columns, lines, shape } = grid;
  const last = shape.hidden - 1;
  const line = Math.floor(from.place / columns);
  const column = from.place % columns;
  const at = (layer: number, row: number) => ({ layer, place: Math.min(last, row * columns + column) });
  switch (key) {
    case 'ArrowLeft':
      return { ...from, place: Math.max(0, from.place - 1) };
    case 'ArrowRight':
      return { ...from, place: Math.min(last, from.place + 1) };
    case 'ArrowUp':
      return line > 0 ? at(from.layer, line - 1) : from.layer > 0 ? at(from.layer - 1, lines - 1) : from;
    case 'ArrowDown':
      return line < lines - 1 ? at(from.layer, line + 1) : from.layer < shape.layers - 1 ? at(from.layer + 1, 0) : from;
    case 'PageUp':
      return { ...from, layer: Math.max(0, from.layer - 1) };
    case 'PageDown':
      return { ...from, layer: Math.min(shape.layers - 1, from.layer + 1) };
    case 'Home':
      return { ...from, place: 0 };
    case 'End':
      return { ...from, place: last };
    default:
      return null;
  }
}

export function drawGrid(chart: NeuronsChart, grid: NeuronGrid): PathPicture {
  const { shape, categories, categoryOf, order, notes } = chart;
  const { cell, columns, lines, left, head, width } = grid;
  const places = categories.map(() => [] as number[]);
  for (let place = 0; place < shape.layers * shape.hidden; place++)
    places[categoryOf[order?.[place] ?? place]].push(place);
  const legend = legendOf(chart, width);
  const texts: PictureText[] = legend.entries.map(({ x, y, text }) => {
    return { x: x + legendGlyph + 8, y: y + legendLine / 2, text, anchor: 'start', hue: 'var(--ink)' };
  });
  const labelStep = Math.ceil(textHeight / (lines * cell + layerGap));
  for (let layer = 0; layer < shape.layers; layer++) {
    const top = cornerOf(grid, layer, 0).y;
    const note = notes?.[layer] ?? '';
    const hue = 'var(--ink-soft)';
    if (head > 0) {
      const text = `layer ${layer}${note && ` · ${note}`}`;
      texts.push({ x: 0, y: top - head / 2, text, anchor: 'start', hue });
      continue;
    }
    const beside = { y: top + (lines * cell) / 2, anchor: 'end', hue } as const;
    if (layer % labelStep === 0 || note) texts.push({ ...beside, x: left - 10, text: `layer ${layer}` });
    if (note) texts.push({ ...beside, x: left + columns * cell + 10, anchor: 'start', text: note });
  }
  const axis = { x: left, y: grid.height - axisHeight / 2, anchor: 'start', hue: 'var(--ink-soft)' } as const;
  texts.push({ ...axis, text: axisTitle(chart, grid) });
  const marks = legend.entries.map(({ x, y, category }): PathMark => {
    const { tone, glyph } = categories[category];
    const trace = (sink: PathSink): void => {
      for (const place of places[category]) {
        const corner = cornerOf(grid, Math.floor(place / shape.hidden), place % shape.hidden);
        traceGlyph(sink, glyph, corner.x, corner.y, cell);
      }
      traceGlyph(sink, glyph, x, y + (legendLine - legendGlyph) / 2, legendGlyph);
    };
    return { hue: hueOf(tone), trace };
  });
  return { width, height: grid.height, marks, texts };
}

/** What the places of a layer are. */
function axisTitle({ xTitle = 'by number' }: NeuronsChart, { lines }: NeuronGrid): string {
  return `neurons of a layer ${xTitle}${lines > 1 ? `, in ${lines} lines` : ''}`;
}

/** Of categories that neurons are in; inside the picture, so that saved files carry it; wrapped by an estimate of text width. */
function legendOf({ categories, categoryOf, counted, listed = [] }: NeuronsChart, width: number) {
  const counts = categories.map(() => 0);
  for (let neuron = 0; neuron < categoryOf.length; neuron++) counts[categoryOf[neuron]] += 1;
  const entries = categories.flatMap(({ title }, category) => {
    if (counts[category] === 0 && !listed.includes(category)) return [];
    return [{ category, text: counted ? `${title} ${integer(counts[category])}` : title }];
  });
  return wrap(entries, ({ text }) => legendGlyph + 8 + text.length * characterWidth + 20, width, legendLine);
}
