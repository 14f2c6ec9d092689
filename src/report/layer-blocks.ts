/** Which layers can best be left out in one piece, beside those that LayerSelector leaves out at the top. */
import type { BestBlock } from '../measures/geometry/field.ts';
import { usualDeltas } from '../redundancy/layer-selector.ts';
import type { Analysis } from './analysis.ts';
import type { CurveChart } from './chart.ts';
import { decimal } from './format.ts';
import { selectLayer } from './layers/answer.ts';
import { valueCell } from './layer-curves.ts';
import { countCell, missingCell, numberColumn, numberColumns, textCell, textColumn, type Table } from './table.ts';

/** What LayerSelector leaves out for one of the usual losses, in per cent: layers first + 1 to first + length. */
export interface CutTop {
  delta: number;
  first: number;
  length: number;
}

/** Of the losses that leave layers out, the smallest first; none where the file has no scores by layer. */
export function cutTops({ layers, oracle, protocol, metric }: Analysis): CutTop[] {
  if (layers === null) return [];
  const last = layers.concatenated.length - 1;
  return usualDeltas
    .map((delta) => ({ delta, first: selectLayer({ protocol, oracle, ...layers }, metric, delta) }))
    .flatMap(({ delta, first }) => (first < last ? [{ delta, first, length: last - first }] : []));
}

/** "layer 3", "layers 3 to 5": those above `first`. */
export function blockText({ first, length }: Pick<BestBlock, 'first' | 'length'>): string {
  return length === 1 ? `layer ${first + 1}` : `layers ${first + 1} to ${first + length}`;
}

/** The smallest distance by the block's length. */
export function blockChart(blocks: readonly BestBlock[], tops: readonly CutTop[], label: string): CurveChart {
  const points = blocks.map(({ length, distance, first }) => {
    return { x: length, y: distance, deviation: 0, title: blockText({ first, length }) };
  });
  const marks = cutMarks(tops);
  const most = Math.max(0.1, ...blocks.map(({ distance }) => distance));
  return {
    ...{
      kind: 'curve',
      label,
      xTitle: 'layers left out',
      yTitle: 'angular distance',
      scale: 'linear',
      unit: 'decimal',
    },
    curves: [{ title: 'best block', tone: 0, dashed: false, dots: true, points }],
    ...(marks.length > 0 && { marks }),
    xDomain: [1, Math.max(2, blocks.length)],
    yDomain: [0, most],
    height: 220,
  };
}

/** Where LayerSelector leaves out layers, on an axis of their number. */
export function cutMarks(tops: readonly CutTop[]): { x: number; title: string }[] {
  const lengths = [...new Set(tops.map(({ length }) => length))];
  return lengths.map((length) => ({ x: length, title: lossesText(tops, length) }));
}

function lossesText(tops: readonly CutTop[], length: number): string {
  const losses = tops.filter((top) => top.length === length).map(({ delta }) => String(delta));
  return `${losses.join(', ')} %`;
}

/** A row a length: the best block, its distance, and what LayerSelector leaves out of that length with its own. */
export function blockTable(
  blocks: readonly BestBlock[],
  tops: readonly CutTop[],
  distances: readonly (readonly (number | null)[])[],
): Table {
  return {
    columns: [
      ...numberColumns('layers left out'),
      ...[textColumn('best block'), numberColumn('angular distance')],
      ...[textColumn('LayerSelector leaves out'), numberColumn('its angular distance')],
    ],
    rows: blocks.map(({ length, first, distance }) => {
      const top = tops.find((one) => one.length === length);
      const own = top && distances[top.first][top.first + length];
      const none = missingCell('No tolerated loss of 1, 2 or 3 % leaves out so many layers.');
      return [
        ...[countCell(length), textCell(blockText({ first, length })), valueCell(distance)],
        top ? textCell(`${blockText(top)} (${lossesText(tops, length)})`) : none,
        own == null ? none : valueCell(own),
      ];
    }),
  };
}

/** What LayerSelector leaves out beside the best block of the same length; empty where it leaves out nothing. */
export function blockFinding(blocks: readonly BestBlock[], tops: readonly CutTop[]): string {
  const top = tops[0];
  const block = blocks.find(({ length }) => length === top?.length);
  if (!top || !block) return '';
  const out = `For a loss of ${top.delta} % LayerSelector leaves out ${blockText(top)}`;
  // All layers are the only block of their length.
  if (top.first === 0) return `${out}, ${top.length === 1 ? 'which is all there is' : 'which are all there are'}.`;
  if (block.first === top.first)
    return `${out}, which also ${top.length === 1 ? 'turns' : 'turn'} the vectors least of all blocks of that length.`;
  return `${out}; the block of that length that turns the vectors least is ${blockText(block)} (angular distance ${decimal(block.distance)}).`;
}
