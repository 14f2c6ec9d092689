/** The official tsv files of GLUE, told by their columns. Such a table is one like any other if the user says so. */
import type { NamedBlob } from '../../base/bytes.ts';
import { quotesIn } from '../../format/quotes.ts';
import { cellsOf, tsvTable } from '../../format/tsv.ts';
import { noLabels, type DataFormat } from '../data-format.ts';
import { fittingTasks, isUnlabelled, type Fit } from '../layout.ts';
import { tableLayout } from '../table-layout.ts';
import { tableSource } from '../table-source.ts';

export const glue: DataFormat = {
  name: 'glue',
  endings: ['.tsv'],
  async sniff({ file, lines, quotes: asked }) {
    const first = await lines();
    const isQuoted = asked !== 'text' && first.some((line) => /(^|\t)"/.test(line)) && (await isQuotedThroughout(file));
    // The user wants them taken off: a table of one's own, which may be a task's by its columns.
    if (isQuoted && asked === 'csv') return null;
    const rows = first.map(cellsOf);
    const table = tsvTable(file, rows);
    const layout = table && tableLayout(table);
    const fits = fittingTasks(rows);
    if (fits.length > 0) {
      const source = tableSource(file, table, layout, null);
      return { kind: 'data', source: isQuoted ? { ...source, keepsQuotes: true } : source, fits: withOwn(fits) };
    }
    return isUnlabelled(rows) && !layout?.isNamed ? { kind: 'unlabelled', error: noLabels(file) } : null;
  },
};

async function isQuotedThroughout(file: NamedBlob): Promise<boolean> {
  const quotes = await quotesIn(file, '\t');
  return quotes === 'doubled' || quotes === 'backslash';
}

/** A table in a GLUE layout whose labels no GLUE task knows is first of all somebody's own. */
function withOwn(fits: Fit[]): Fit[] {
  return fits[0].share > 0 ? fits : [{ task: 'classification', share: 0 }, ...fits];
}
