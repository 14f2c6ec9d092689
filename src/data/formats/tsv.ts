/** Tab-separated tables of somebody's own; cells may be quoted as in CSV where all of the file is so. */
import { quotedTable, separatorLine } from '../../format/csv.ts';
import { quotesIn } from '../../format/quotes.ts';
import type { TextTable } from '../../format/table.ts';
import { cellsOf, tsvTable } from '../../format/tsv.ts';
import type { DataFormat, DataHead } from '../data-format.ts';
import { proseOrTable } from '../table-source.ts';
import { wordRows } from '../word-rows.ts';

export const tsv: DataFormat = {
  name: 'tsv',
  endings: ['.tsv', '.tab'],
  async sniff(head) {
    const table = await tableOf(head);
    const content = proseOrTable(head, table);
    // Commas may separate what tabs do not.
    return content?.kind === 'broken' && !(table && wordRows(head.file, table)) ? null : content;
  },
};

async function tableOf({ file, quotes: asked, lines }: DataHead): Promise<TextTable | null> {
  const first = await lines();
  if (separatorLine.test(first[0] ?? '')) return null;
  const asText = tsvTable(file, first.map(cellsOf));
  if (asked === 'text' || !first.some((line) => line.includes('\t'))) return asText;
  const found = await quotesIn(file, '\t');
  const quotes = asked === 'csv' && found !== 'backslash' ? 'doubled' : found;
  if (quotes === 'none' || quotes === 'text') return asText;
  return quotedTable(file, first, { separator: '\t', quotes, isNamed: false }) ?? asText;
}
