/** The test rows of which the full probe tells least, as a table; with their texts where these are at hand. */
import type { RowText } from '../data/part-texts.ts';
import type { UsableInformation } from '../measures/usable-information/field.ts';
import { decimal } from './format.ts';
import { countCell, numberColumn, numberColumns, textCell, textColumn, type Table } from './table.ts';

/** @param labels by class number. @param texts one a row of the list; null: not at hand. */
export function hardestTable(
  { hardest }: UsableInformation,
  labels: readonly string[],
  texts: readonly RowText[] | null,
): Table {
  return {
    columns: [
      ...[numberColumn('test row'), textColumn('label'), ...numberColumns('bits')],
      ...(texts ? [textColumn('text')] : []),
    ],
    rows: hardest.map(({ row, label, bits }, index) => [
      ...[countCell(row + 1), textCell(labels[label] ?? String(label)), { value: bits, text: decimal(bits) }],
      ...(texts ? [textCell(inOneLine(texts[index]))] : []),
    ]),
  };
}

function inOneLine({ text, pair, word }: RowText): string {
  const own = pair === null ? text : `${text} · ${pair}`;
  return word === null ? own : `${word}: ${own}`;
}
