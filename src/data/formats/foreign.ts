/** Tables in formats that are not read here: what they are, and the one line that makes them readable. */
import { nameOf, readSlice } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import type { DataFormat } from '../data-format.ts';

const kinds = [
  {
    ending: /\.arrow$/i,
    begins: null,
    what: 'an Arrow file, as `save_to_disk` of datasets writes it',
    next: 'Write each part as Parquet: `datasets.load_from_disk(folder)["train"].to_parquet("train.parquet")`.',
  },
  {
    ending: /\.xlsx$/i,
    begins: 'PK',
    what: 'an Excel workbook',
    next: 'Write the sheet as CSV: `pandas.read_excel("train.xlsx").to_csv("train.csv", index=False)`, or save it so in Excel.',
  },
  {
    ending: /\.xls$/i,
    begins: null,
    what: 'an Excel workbook',
    next: 'Save the sheet as CSV in Excel or LibreOffice.',
  },
  {
    ending: /\.(feather|orc|avro)$/i,
    begins: null,
    what: 'a table in a binary format that is not read here',
    next: 'Write it as Parquet, for example with `pandas.DataFrame.to_parquet`.',
  },
  {
    ending: /\.(pkl|pickle)$/i,
    begins: null,
    what: 'a pickle, which could run code and is not opened',
    next: 'Write the table as CSV or Parquet: `pandas.read_pickle(path).to_csv("train.csv", index=False)`.',
  },
] as const;

export const foreign: DataFormat = {
  name: 'foreign',
  endings: ['.arrow', '.xlsx', '.xls', '.feather', '.orc', '.avro', '.pkl', '.pickle'],
  async sniff({ file, name }) {
    const kind = kinds.find(({ ending }) => ending.test(name));
    if (kind === undefined) return null;
    const start = new TextDecoder('latin1').decode(await readSlice(file, 0, Math.min(2, file.size)));
    if (kind.begins !== null && start !== kind.begins) return null;
    const message = `${nameOf(file)} is ${kind.what}.`;
    return { kind: 'broken', error: new WinnowError('bad-data', message, kind.next) };
  },
};
