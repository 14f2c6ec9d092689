/**
 * Parquet as a table, by hyparquet: flat columns of text, numbers and truth values, row group by row group. The footer and
 * every page are checked before they are decoded. Lists and structs are no columns here.
 */
import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData, SchemaElement } from 'hyparquet';
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { isAbort, WinnowError } from '../base/errors.ts';
import { BadParquet, checkChunk, checkStruct, UnknownEncoding } from './parquet-check.ts';
import { columnPlaces, sampleRows, type Cell, type Table } from './table.ts';

const magic = 0x31524150;
const footerLimit = 16 * 1024 * 1024;
const chunkLimit = 256 * 1024 * 1024;
const columnLimit = 1000;

export async function isParquet(file: NamedBlob): Promise<boolean> {
  if (file.size < 12) return false;
  const head = await readSlice(file, 0, 4);
  return new DataView(head.buffer).getUint32(0, true) === magic;
}

/** @throws WinnowError `bad-file` for a damaged file, or one without a column of text or numbers. */
export async function parquetTable(file: NamedBlob): Promise<Table> {
  const { metadata, compressors } = await attempt(file, () => open(file));
  const fields = flatFields(metadata);
  const columns = [...fields.keys()].slice(0, columnLimit);
  if (columns.length === 0) throw noColumns(file);
  const total = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  const rows = (wanted: readonly string[], group: number, limit?: number) =>
    attempt(file, () => readGroup(file, { metadata, compressors, fields }, wanted, group, limit));
  const sample = metadata.row_groups.length === 0 ? [] : await rows(columns, 0, sampleRows);
  return {
    columns,
    sample,
    place: 'Row',
    async *read(wanted, { signal, progress } = {}) {
      columnPlaces(columns, wanted, file);
      let at = 0;
      for (const group of metadata.row_groups.keys()) {
        signal?.throwIfAborted();
        yield (await rows(wanted, group)).map((cells) => ({ at: ++at, cells }));
        progress?.(at, total);
      }
    },
  };
}

interface Opened {
  metadata: FileMetaData;
  compressors: Compressors;
}

async function open(file: NamedBlob): Promise<Opened> {
  const tail = new DataView((await readSlice(file, file.size - 8, file.size)).buffer);
  if (tail.getUint32(4, true) !== magic) throw new BadParquet('it does not end as it begins, with PAR1');
  const size = tail.getUint32(0, true);
  if (size > Math.min(footerLimit, file.size - 12)) throw new BadParquet(`its footer would have ${size} bytes`);
  const footer = await readSlice(file, file.size - 8 - size, file.size);
  checkStruct(new DataView(footer.buffer), 0);
  const [{ parquetMetadata }, codecs] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  const metadata = parquetMetadata(footer.buffer, { geoparquet: false });
  const compressors: Compressors = {
    GZIP: codecs.decompressGzip,
    BROTLI: codecs.decompressBrotli,
    // Without a place to write to, fzstd makes one as large as the data asks for.
    ZSTD: (input, length) => codecs.decompressZstd(input, new Uint8Array(length)),
    LZ4: codecs.decompressLz4,
    LZ4_RAW: codecs.decompressLz4Raw,
  };
  return { metadata, compressors };
}

/** Columns that are neither lists nor structs nor raw bytes of a fixed length, by name. */
function flatFields({ schema }: FileMetaData): Map<string, SchemaElement> {
  const fields = new Map<string, SchemaElement>();
  // The first element is the root; what lies deeper is skipped with the children that each element announces.
  for (let at = 1, deeper = 0; at < schema.length; at++) {
    const element = schema[at];
    const isTop = deeper === 0;
    if (!isTop) deeper--;
    deeper += element.num_children ?? 0;
    const isFlat = isTop && !element.num_children && element.repetition_type !== 'REPEATED';
    const { type } = element;
    if (isFlat && type && type !== 'INT96' && type !== 'FIXED_LEN_BYTE_ARRAY') fields.set(element.name, element);
  }
  return fields;
}

/** The rows of one group, or the first of them: cells of these columns in their order. */
async function readGroup(
  file: NamedBlob,
  { metadata, compressors, fields }: Opened & { fields: ReadonlyMap<string, SchemaElement> },
  columns: readonly string[],
  group: number,
  limit = Infinity,
): Promise<Cell[][]> {
  const { columns: chunks, num_rows: count } = metadata.row_groups[group];
  for (const { meta_data: chunk } of chunks) {
    const [name] = chunk?.path_in_schema ?? [];
    const element = fields.get(name);
    if (!chunk || !element || !columns.includes(name)) continue;
    if (chunk.num_values !== count)
      throw new BadParquet(`column ${name} has ${chunk.num_values} values in ${count} rows`);
    checkChunk(await chunkBytes(file, chunk), chunk, element, compressors);
  }
  const { parquetReadObjects } = await import('hyparquet');
  const alone = { ...metadata, row_groups: [metadata.row_groups[group]] };
  const rowEnd = Math.min(Number(count), limit);
  const options = { file: bufferOf(file), metadata: alone, columns: [...columns], rowEnd, compressors };
  const rows = await parquetReadObjects(options);
  return rows.map((row) => columns.map((name) => cellOf(Object.hasOwn(row, name) ? (row[name] as unknown) : null)));
}

async function chunkBytes(file: NamedBlob, chunk: ColumnMetaData): Promise<Uint8Array<ArrayBuffer>> {
  const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: size } = chunk;
  if (size > chunkLimit) throw new BadParquet(`a column chunk has ${size} bytes, and at most ${chunkLimit} are read`);
  const start = Number(dictionary || data);
  return readSlice(file, start, start + Number(size));
}

function bufferOf(file: NamedBlob): AsyncBuffer {
  return {
    byteLength: file.size,
    slice: async (start, end = file.size) => (await readSlice(file, start, end)).buffer,
  };
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null;
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
    throw new WinnowError('bad-file', message, next, cause);
  }
}

function noColumns(file: NamedBlob): WinnowError {
  const message = `${nameOf(file)} has no column of text or numbers; lists and nested columns are not read.`;
  return new WinnowError('bad-file', message, 'Save sentences and labels in columns of their own, or as JSON lines.');
}
