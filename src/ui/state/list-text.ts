/** Lists that a person types: read, checked and said back, each fault a sentence. */
import * as v from 'valibot';
import { writeList } from '../../options/neurons.ts';
import type { AnyList, ListEntry } from '../../options/table.ts';

/** Each entry is retrained. */
const most = 12;

/** The list, each entry once, or what is wrong with the text. */
export function readListText(option: AnyList, text: string): { list: ListEntry[] } | { problem: string } {
  const list = new Map<string, ListEntry>();
  for (const word of wordsOf(text)) {
    const entry = option.read(word);
    if (entry === null) return { problem: option.field.misread(word) };
    if (!v.is(option.schema, entry)) return { problem: option.field.refused(word) };
    list.set(option.write(entry), entry);
  }
  if (list.size === 0) return { problem: option.field.missing };
  if (list.size <= most) return { list: [...list.values()] };
  return { problem: `${list.size} entries are too many: each is retrained; ${most} at most.` };
}

export function listText(option: AnyList, list: readonly ListEntry[]): string {
  return writeList(list, (entry) => option.write(entry));
}

/** As people write them: a minus of any kind, commas, semicolons or blanks between. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/[−–]/g, '-')
    .split(/[,;\s]+/)
    .filter((word) => word !== '');
}
