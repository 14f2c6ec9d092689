/** Comma-separated tables of somebody's own; semicolons and bars separate too. */
import { csvTable } from '../../format/csv.ts';
import type { DataFormat } from '../data-format.ts';
import { proseOrTable } from '../table-source.ts';

export const csv: DataFormat = {
  name: 'csv',
  endings: ['.csv'],
  sniff: async (head) => proseOrTable(head, await csvTable(head.file, await head.lines())),
};
