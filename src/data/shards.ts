/**
 * Tables that lie in several files, as the Hugging Face hub names them (`train-00000-of-00002.parquet`): found by their
 * names, read one after the other as one table. The first stands for all of them.
 */
import type { Control } from '../base/abort.ts';
import type { RowSpot, TextColumns, TextTable } from '../format/table.ts';
import type { DataCandidate } from './sniff.ts';
import { tableSource } from './table-source.ts';
import { tasks } from './tasks.ts';

/** Older names end in a checksum of the file. */
const shardName = /^(.+)-(\d{5})-of-(\d{5})(?:-[\da-f]{16})?(\.[a-z.]+)$/i;
/** `train/0000.parquet`, as the hub converts data sets; how many there are is not said. */
const plainName = /^(\d{4})(\.parquet)$/i;

interface ShardName {
  /** Equal for the shards of one table. */
  key: string;
  number: number;
  /** null: not said. */
  total: number | null;
}

function shardOf(name: string): ShardName | null {
  const [, stem, number, total, ending] = shardName.exec(name) ?? [];
  if (stem !== undefined) return { key: `${stem}-of-${total}${ending}`, number: Number(number), total: Number(total) };
  const plain = plainName.exec(name);
  return plain && { key: plain[2], number: Number(plain[1]), total: null };
}

/**
 * Shards of one table become one file, broken where one of them is: what is left would look like the whole. A file that is
 * none, or that is not of one kind or one numbering with the others, stays as it is.
 */
export function joinShards(candidates: readonly DataCandidate[]): DataCandidate[] {
  const groups = new Map<string, DataCandidate[]>();
  for (const file of candidates) {
    const key = keyOf(file);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups].flatMap(([key, files]) => (key === files[0].path ? files : joined(files)));
}

/** Equal for the shards of one table; a file that is none has a key of its own. */
function keyOf({ path, folder, name }: DataCandidate): string {
  const shard = shardOf(name);
  return shard === null ? path : `${folder}/${shard.key} in shards`;
}

function joined(files: DataCandidate[]): DataCandidate[] {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const places = sorted.flatMap(({ name }) => shardOf(name) ?? []);
  const numbers = new Set(places.map(({ number }) => number));
  const total = places[0].total ?? Math.max(...numbers) + 1;
  // Two revisions of a table in one folder have the same numbers.
  if (numbers.size < sorted.length || Math.max(...numbers) >= total) return files;
  const [first, ...more] = sorted;
  const shards = more.map(({ path, file }) => ({ path, file }));
  const whole = { ...first, shards, absentShards: total - sorted.length };
  const broken = sorted.find(({ content }) => content.kind === 'broken');
  const tables = sorted.filter(({ content }) => content.kind !== 'broken').map(tableOf);
  const [head, ...rest] = tables.filter((table) => table !== null);
  if (rest.length + 1 < tables.length || rest.some(({ lists }) => (lists === null) !== (head.lists === null)))
    return files;
  if (broken) return [{ ...whole, content: broken.content }];
  if (first.content.kind !== 'data' || tables.includes(null)) return files;
  const { sentences, words } = first.content.source;
  const table = oneTable(sorted, [head, ...rest]);
  const source = tableSource(first.file, table, sentences?.layout ?? null, words?.layout ?? null);
  return [{ ...whole, content: { ...first.content, source } }];
}

/** GLUE's tables are read by another way, file by file. */
function tableOf({ content }: DataCandidate): TextTable | null {
  if (content.kind !== 'data') return null;
  return content.fits.some(({ task }) => tasks[task].kind === 'glue') ? null : content.source.table;
}

/** Rows are counted on from one file to the next; `where` says which row of which file a number stands for. */
function oneTable(files: readonly DataCandidate[], tables: readonly TextTable[]): TextTable {
  const [first] = tables;
  const starts = new Starts(files.map(({ file }) => file));
  const lists = tables.flatMap((table) => table.lists ?? []);
  return {
    ...first,
    ...oneAfterTheOther(tables, starts),
    lists: first.lists && oneAfterTheOther(lists, starts),
    where: (at) => starts.spot(at),
  };
}

/** The number before each file's first row, as they are read. */
class Starts {
  readonly before: number[] = [];

  constructor(private readonly files: readonly File[]) {}

  spot(at: number): RowSpot {
    const index = this.before.findLastIndex((before) => before < at);
    return { at: at - (this.before[index] ?? 0), file: this.files[Math.max(0, index)] };
  }
}

function oneAfterTheOther<C>(parts: readonly TextColumns<C>[], starts: Starts): TextColumns<C> {
  const [{ columns, sample }] = parts;
  return {
    columns,
    sample,
    async *read(names: readonly string[], control?: Control) {
      let before = 0;
      for (const [index, part] of parts.entries()) {
        starts.before[index] = before;
        let last = 0;
        for await (const rows of part.read(names, { signal: control?.signal })) {
          last = rows.at(-1)?.at ?? last;
          const start = before;
          yield rows.map(({ at, cells }) => ({ at: start + at, cells }));
        }
        before += last;
      }
    },
  };
}
