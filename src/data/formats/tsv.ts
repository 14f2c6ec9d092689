/** Tab-separated tables of somebody's own. */
import { cellsOf, tsvTable } from '../../format/tsv.ts';
import type { DataFormat } from '../data-format.ts';
import { proseOrTable } from '../table-source.ts';

export const tsv: DataFormat = {
  name: 'tsv',
  endings: ['.tsv'],
  async sniff(head) {
    const content = proseOrTable(head, tsvTable(head.file, (await head.lines()).map(cellsOf)));
    // Commas may separate what tabs do not.
    return content?.kind === 'broken' ? null : content;
  },
};
