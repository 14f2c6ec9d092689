/** How far results of one model agree, as a table: a row a pair, of kept neurons and of clusters. */
import { thresholdText } from '../report/clusters/words.ts';
import { decimal } from '../report/format.ts';
import { countCell, missingCell, numberColumns, textCell, textColumn, type Cell, type Table } from '../report/table.ts';
import type { Overlap } from './overlap.ts';

/** Null where no two results are of one model. */
export function overlapTable(overlaps: readonly Overlap[]): Table | null {
  const rows = overlaps.flatMap(({ runs: [first, other], kept, clusters }) => {
    const names = [textCell(first.title), textCell(other.title)];
    const none = missingCell('One of the two has no answer that can be relied on.');
    const numbers = kept ? [kept.first, kept.other, kept.both].map(countCell) : [none, none, none];
    return [
      [...names, textCell('kept neurons'), ...numbers, jaccardCell(kept?.jaccard ?? null)],
      ...clusters.map(({ threshold, first: a, other: b, same, jaccard }) => [
        ...names,
        textCell(`clusters at c = ${thresholdText(threshold)}`),
        ...[a, b, same].map(countCell),
        jaccardCell(jaccard),
      ]),
    ];
  });
  if (rows.length === 0) return null;
  const columns = [...['result', 'other result', 'of'].map(textColumn), ...numberColumns('first', 'other', 'the same')];
  return { columns: [...columns, ...numberColumns('Jaccard')], rows };
}

function jaccardCell(value: number | null): Cell {
  return value === null ? missingCell('There is nothing to share.') : { value, text: decimal(value) };
}
