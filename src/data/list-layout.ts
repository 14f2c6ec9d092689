/**
 * Which columns of lists hold the words of sentences and which their labels: columns of one length in most rows, as data
 * sets of the Hugging Face hub have them (`tokens`, `ner_tags`). A guess, which the user may correct.
 */
import type { TextColumns, ListCell } from '../format/table.ts';
import { areEntities, labelledFor, type TokenLayout } from './token-layout.ts';

export type ListLayout = Pick<TokenLayout, 'columns' | 'words'>;

const wordNames = /^(tokens?|words?|forms?|text|sentence)$/i;

/** @returns null unless there is a column of words and one that is as long. */
export function listLayout({ columns: names, sample }: TextColumns<ListCell>): ListLayout | null {
  const texts = names.map((_, place) => sample.flatMap((cells) => cells[place] ?? []));
  const columns = names.map((name, place) => {
    const entities = areEntities(texts[place]);
    const numbers = /(tags?|labels?)$/i.test(name) && texts[place].every((text) => /^-?\d+$/.test(text));
    return { name, place, task: entities ? null : labelledFor(texts[place]), entities, numbers };
  });
  const areWords = (place: number) => texts[place].some((text) => Number.isNaN(Number(text)) && /\p{L}/u.test(text));
  const candidates = columns.filter(({ task, place, entities }) => task === null && !entities && areWords(place));
  const words = candidates.find(({ name }) => wordNames.test(name)) ?? candidates.at(0);
  if (words === undefined) return null;
  const fits = ({ place }: { place: number }): boolean => {
    const filled = sample.filter((cells) => cells[place] !== null && cells[words.place] !== null);
    const equal = filled.filter((cells) => cells[place]?.length === cells[words.place]?.length);
    return equal.length > 0 && equal.length * 2 >= filled.length;
  };
  const fitting = columns.filter((column) => column === words || fits(column));
  return fitting.length > 1 ? { columns: fitting, words: words.name } : null;
}
