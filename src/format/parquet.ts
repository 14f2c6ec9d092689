/**
 * Parquet as a table, by hyparquet: columns of text, numbers and truth values, or of lists of these, row group by row
 * group. The footer and every page are checked before they are decoded. Structs are no columns here. Numbers in lists that
 * Hugging Face's metadata gives names are those names.
 */
import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData, SchemaElement } from 'hyparquet';
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile, isAbort, WinnowError } from '../base/errors.ts';
import { loadPart } from '../base/load-part.ts';
import { BadParquet, checkChunk, checkStruct, chunkLimit, UnknownEncoding, type Leaf } from './parquet-check.ts';
import { columnPlaces, listCell, rowLimit, sampleRows, textOf, type TextColumns, type TextTable } from './table.ts';

const magic = 0x31524150;
const footerLimit = 16 * 1024 * 1024;
const columnLimit = 1000;
/** Values of a column in one row group: beyond it, memory ends before they are decoded. */
const valueLimit = 2 ** 25;
/** Rows that are handed on together. */
const rowsAtOnce = 8192;

const libraries = () => Promise.all([import('hyparquet'), import('hyparquet-compressors')]);

export async function isParquet(file: NamedBlob): Promise<boolean> {
  if (file.size < 12) return false;
  const head = await readSlice(file, 0, 4);
  return new DataView(head.buffer).getUint32(0, true) === magic;
}

/** @throws WinnowError `bad-file` for a damaged file, or one without a column of text or numbers. */
export async function parquetTable(file: NamedBlob): Promise<TextTable> {
  const opened = await attempt(file, () => open(file));
  const { metadata, leaves } = opened;
  const names = [...leaves.keys()].slice(0, columnLimit);
  if (names.length === 0) {
    const message = `${nameOf(file)} has no column of text, numbers or lists of these; other nested columns are not read.`;
    throw badFile(message, 'Save sentences and labels in columns of their own, or as JSON lines.');
  }
  const lists = names.filter((name) => leaves.get(name)?.repetition === 1);
  const classes = classNames(metadata);
  const named = (value: unknown, name: string) => {
    const labels = classes.get(name);
    return listCell(value)?.map((text) => labels?.[Number(text)] ?? text) ?? null;
  };
  const single = names.filter((name) => !lists.includes(name));
  return {
    ...(await columnsOf(file, opened, single, textOf)),
    place: 'Row',
    form: null,
    classes,
    lists: lists.length > 0 ? await columnsOf(file, opened, lists, named) : null,
  };
}

async function columnsOf<C>(
  file: NamedBlob,
  opened: OpenedParquet,
  columns: string[],
  cellOf: (value: unknown, name: string) => C,
): Promise<TextColumns<C>> {
  const { row_groups: groups } = opened.metadata;
  const total = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (total > rowLimit) {
    const message = `${nameOf(file)} holds ${total} rows; at most ${rowLimit} are read.`;
    throw new WinnowError('bad-data', message, 'Cut it to the part you want to use and open that.');
  }
  const groupOf = (names: readonly string[], group: number, limit?: number): Promise<GroupColumns> =>
    attempt(file, () => readGroup(file, opened, names, group, limit));
  const cellsOf = ({ values }: GroupColumns, names: readonly string[], from: number, to: number): C[][] => {
    const rows: C[][] = [];
    for (let row = from; row < to; row++) {
      const cells: C[] = [];
      for (let place = 0; place < names.length; place++) cells.push(cellOf(values[place][row], names[place]));
      rows.push(cells);
    }
    return rows;
  };
  const first = groups.length === 0 || columns.length === 0 ? null : await groupOf(columns, 0, sampleRows);
  const sample = first === null ? [] : cellsOf(first, columns, 0, first.rows);
  return {
    columns,
    sample,
    async *read(names, { signal, progress } = {}) {
      columnPlaces(columns, names, file);
      let at = 0;
      for (const group of groups.keys()) {
        signal?.throwIfAborted();
        const found = await groupOf(names, group);
        for (let from = 0; from < found.rows; from += rowsAtOnce) {
          signal?.throwIfAborted();
          const cells = cellsOf(found, names, from, Math.min(found.rows, from + rowsAtOnce));
          yield cells.map((row) => ({ at: ++at, cells: row }));
          progress?.(at, total);
        }
      }
    },
  };
}

/** Columns of one row group, or of its first rows. */
interface GroupColumns {
  rows: number;
  /** As many values as rows, column after column. */
  values: ArrayLike<unknown>[];
}

interface OpenedParquet {
  metadata: FileMetaData;
  leaves: ReadonlyMap<string, Leaf>;
  compressors: Compressors;
}

async function open(file: NamedBlob): Promise<OpenedParquet> {
  const tail = new DataView((await readSlice(file, file.size - 8, file.size)).buffer);
  if (tail.getUint32(4, true) !== magic) throw new BadParquet('it does not end as it begins, with PAR1');
  const size = tail.getUint32(0, true);
  if (size > Math.min(footerLimit, file.size - 12)) throw new BadParquet(`its footer would have ${size} bytes`);
  const footer = await readSlice(file, file.size - 8 - size, file.size);
  checkStruct({ view: new DataView(footer.buffer), offset: 0 });
  const [{ parquetMetadata }, codecs] = await loadPart(libraries);
  const metadata = parquetMetadata(footer.buffer, { geoparquet: false });
  const compressors: Compressors = {
    GZIP: codecs.decompressGzip,
    BROTLI: codecs.decompressBrotli,
    // Without a place to write to, fzstd makes one as large as the data asks for.
    ZSTD: (input, length) => codecs.decompressZstd(input, new Uint8Array(length)),
    LZ4: codecs.decompressLz4,
    LZ4_RAW: codecs.decompressLz4Raw,
  };
  return { metadata, leaves: leavesOf(metadata), compressors };
}

/** Columns of single values and of lists of these, by name; raw bytes of a fixed length are none. */
function leavesOf({ schema }: FileMetaData): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  // The first element is the root; what lies deeper is skipped with the children that each element announces.
  for (let at = 1, deeper = 0; at < schema.length; at++) {
    const isTop = deeper === 0;
    if (!isTop) deeper--;
    deeper += schema[at].num_children ?? 0;
    const leaf = isTop ? leafOf(schema, at) : null;
    if (leaf) leaves.set(schema[at].name, leaf);
  }
  return leaves;
}

/** A single value, or a list in the form that the format prescribes: a group, in it a repeated one, in that the value. */
function leafOf(schema: readonly SchemaElement[], at: number): Leaf | null {
  const top = schema[at];
  const path = top.converted_type === 'LIST' ? schema.slice(at, at + 3) : [top];
  const { type, num_children: none } = path[path.length - 1];
  if (!type || none || type === 'INT96' || type === 'FIXED_LEN_BYTE_ARRAY') return null;
  if (path.slice(0, -1).some((group) => group.num_children !== 1)) return null;
  const repetition = path.filter((element) => element.repetition_type === 'REPEATED').length;
  const isList = path.length === 3 && path[1].repetition_type === 'REPEATED' && repetition === 1;
  if (!isList && (path.length > 1 || repetition > 0)) return null;
  return { type, repetition, definition: path.filter((element) => element.repetition_type !== 'REQUIRED').length };
}

type Named = { names?: unknown } | null | undefined;

/** Of columns of numbered classes, alone or in lists, the names of the classes, as Hugging Face's `datasets` keeps them in the footer. */
function classNames({ key_value_metadata: entries }: FileMetaData): Map<string, string[]> {
  const text = entries?.find(({ key }) => key === 'huggingface')?.value;
  const names = new Map<string, string[]>();
  try {
    const { info } = JSON.parse(text ?? '{}') as { info?: { features?: object } };
    for (const [name, feature] of Object.entries(info?.features ?? {})) {
      // As `Sequence` or `List`, or, older, a list of one.
      const inner: unknown = Array.isArray(feature) ? feature[0] : (feature as { feature?: unknown } | null)?.feature;
      const labels = listCell((inner as Named)?.names ?? (feature as Named)?.names);
      if (labels !== null) names.set(name, labels);
    }
  } catch {
    return names; // not as `datasets` writes it: numbers stay numbers
  }
  return names;
}

/**
 * These columns of one group, or the first rows of them, in their order. As columns: a few kilobytes may hold millions of
 * rows, which as objects take seconds.
 */
async function readGroup(
  file: NamedBlob,
  { metadata, compressors, leaves }: OpenedParquet,
  columns: readonly string[],
  group: number,
  limit = Infinity,
): Promise<GroupColumns> {
  const { columns: chunks, num_rows: count } = metadata.row_groups[group];
  for (const { meta_data: chunk } of chunks) {
    const [name] = chunk?.path_in_schema ?? [];
    const leaf = leaves.get(name);
    if (!chunk || !leaf || !columns.includes(name)) continue;
    const { num_values: values } = chunk;
    const fits = leaf.repetition > 0 ? values >= count : values === count;
    if (!fits || values > valueLimit) throw new BadParquet(`column ${name} has ${values} values in ${count} rows`);
    checkChunk(await chunkBytes(file, chunk), chunk, leaf, compressors);
  }
  const { parquetRead } = await loadPart(() => import('hyparquet'));
  const alone = { ...metadata, row_groups: [metadata.row_groups[group]] };
  const rowEnd = Math.min(Number(count), limit);
  const buffer: AsyncBuffer = {
    byteLength: file.size,
    slice: async (start, end = file.size) => (await readSlice(file, start, end)).buffer,
  };
  const pieces = new Map<string, ArrayLike<unknown>[]>(columns.map((name) => [name, []]));
  await parquetRead({
    ...{ file: buffer, metadata: alone, columns: [...pieces.keys()], rowEnd, compressors },
    onChunk: ({ columnName, columnData }) => void pieces.get(columnName)?.push(columnData),
  });
  const joined = new Map([...pieces].map(([name, parts]) => [name, joinedColumn(name, parts, rowEnd)]));
  // A column may be asked for twice, as text and as label.
  return { rows: rowEnd, values: columns.map((name) => joined.get(name) ?? []) };
}

/** A column that comes in several pieces as one. */
function joinedColumn(name: string, pieces: readonly ArrayLike<unknown>[], rows: number): ArrayLike<unknown> {
  const count = pieces.reduce((sum, { length }) => sum + length, 0);
  if (count < rows) throw new BadParquet(`column ${name} ends after ${count} of ${rows} rows`);
  if (pieces.length === 1) return pieces[0];
  const values = new Array<unknown>(count);
  let at = 0;
  for (const piece of pieces) for (let index = 0; index < piece.length; index++) values[at++] = piece[index];
  return values;
}

async function chunkBytes(file: NamedBlob, chunk: ColumnMetaData): Promise<Uint8Array<ArrayBuffer>> {
  const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: size } = chunk;
  if (size > chunkLimit) throw new BadParquet(`a column chunk has ${size} bytes, and at most ${chunkLimit} are read`);
  const start = Number(dictionary || data);
  return readSlice(file, start, start + Number(size));
}

/** What hyparquet and the checks throw, as a sentence about this file. */
async function attempt<T>(file: NamedBlob, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WinnowError || isAbort(cause)) throw cause;
    // hyparquet names what it does not read; what else comes up is arithmetic on damaged bytes.
    const known = cause instanceof Error && (cause instanceof BadParquet || cause.message.startsWith('parquet '));
    const why = known ? cause.message.replace(/^parquet /, '') : 'its structure is damaged';
    const message = `${nameOf(file)} cannot be read as Parquet: ${why}.`;
    const next =
      cause instanceof UnknownEncoding
        ? 'Save it again with pandas or pyarrow, or as JSON lines.'
        : 'The file is damaged or not whole. Copy or download it again.';
    throw badFile(message, next, cause);
  }
}
