/**
 * Tables that lie in several files, as the Hugging Face hub names them (`train-00000-of-00002.parquet`): found by their
 * names, read one after the other as one table. The first stands for all of them.
 */
import type { Control } from '../base/abort.ts';
import type { TextColumns, TextTable } from '../format/table.ts';
import type { DataCandidate } from './sniff.ts';
import { tableSource } from './table-source.ts';
import { tasks } from './tasks.ts';

/** Older names end in a checksum of the file. */
const shardName = /^(.+)-(\d{5})-of-(\d{5})(?:-[\da-f]{16})?(\.[a-z.]+)$/i;

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
  const [, stem, , total, ending] = shardName.exec(name) ?? [];
  return stem === undefined ? path : `${folder}/${stem}-of-${total}${ending}`;
}

function joined(files: DataCandidate[]): DataCandidate[] {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const places = sorted.map(({ name }) => (shardName.exec(name) ?? []).slice(2, 4).map(Number));
  const numbers = new Set(places.map(([number]) => number));
  const [[, total]] = places;
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
  const table = oneTable([head, ...rest]);
  const source = tableSource(first.file, table, sentences?.layout ?? null, words?.layout ?? null);
  return [{ ...whole, content: { ...first.content, source } }];
}

/** GLUE's tables are read by another way, file by file. */
function tableOf({ content }: DataCandidate): TextTable | null {
  if (content.kind !== 'data') return null;
  return content.fits.some(({ task }) => tasks[task].kind === 'glue') ? null : content.source.table;
}

function oneTable(tables: readonly TextTable[]): TextTable {
  const [first] = tables;
  const lists = tables.flatMap((table) => table.lists ?? []);
  return { ...first, ...oneAfterTheOther(tables), lists: first.lists && oneAfterTheOther(lists) };
}

/** Rows are counted on from one to the next. */
function oneAfterTheOther<C>(parts: readonly TextColumns<C>[]): TextColumns<C> {
  const [{ columns, sample }] = parts;
  return {
    columns,
    sample,
    async *read(names: readonly string[], control?: Control) {
      let before = 0;
      for (const part of parts) {
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
