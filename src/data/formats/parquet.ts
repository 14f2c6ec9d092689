/** Parquet: columns of values, or of lists of words and labels. */
import { isParquet, parquetTable } from '../../format/parquet.ts';
import type { DataFormat } from '../data-format.ts';
import { tableContent } from '../table-source.ts';

export const parquet: DataFormat = {
  name: 'parquet',
  endings: ['.parquet'],
  sniff: async ({ file }) => ((await isParquet(file)) ? tableContent(file, await parquetTable(file)) : null),
};
