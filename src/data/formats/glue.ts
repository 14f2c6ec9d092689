/** The official tsv files of GLUE, told by their columns. Such a table is one like any other if the user says so. */
import { cellsOf, tsvTable } from '../../format/tsv.ts';
import { noLabels, type DataFormat } from '../data-format.ts';
import { fittingTasks, isUnlabelled, type Fit } from '../layout.ts';
import { tableLayout } from '../table-layout.ts';
import { tableSource } from '../table-source.ts';

export const glue: DataFormat = {
  name: 'glue',
  endings: ['.tsv'],
  async sniff({ file, lines }) {
    const rows = (await lines()).map(cellsOf);
    const table = tsvTable(file, rows);
    const layout = table && tableLayout(table);
    const fits = fittingTasks(rows);
    if (fits.length > 0) return { kind: 'data', source: tableSource(file, table, layout, null), fits: withOwn(fits) };
    return isUnlabelled(rows) && !layout?.isNamed ? { kind: 'unlabelled', error: noLabels(file) } : null;
  },
};

/** A table in a GLUE layout whose labels no GLUE task knows is first of all somebody's own. */
function withOwn(fits: Fit[]): Fit[] {
  return fits[0].share > 0 ? fits : [{ task: 'classification', share: 0 }, ...fits];
}
