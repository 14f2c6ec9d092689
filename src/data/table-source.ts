/**
 * A table of any format as data: what its columns hold, whether they can be used, and its rows as sentences with one label
 * or as lists of words with a label each.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { TextCell, TextColumns, ListCell, TextTable } from '../format/table.ts';
import { noLabels, unusable, type DataContent, type DataHead, type DataSource, type Reading } from './data-format.ts';
import { listLayout, type ListLayout } from './list-layout.ts';
import { nestedLabels } from './nested-labels.ts';
import { absentLabels, evenNumber, isNoValue } from './no-label.ts';
import { rowSpot, SentenceCollector, WordCollector, type RowPlaces } from './row-collectors.ts';
import { shown, type SentenceRows, type WordRows } from './rows.ts';
import { withSingles } from './single-lists.ts';
import { ownFits, tableLayout, type TableLayout } from './table-layout.ts';
import type { LabellingTask, OwnTask } from './tasks.ts';
import { labellingFits } from './token-layout.ts';
import { wordRows } from './word-rows.ts';

/** @param lists which of the table's columns of lists hold words and labels; null: none do. */
export function tableSource(
  file: File,
  table: TextTable | null,
  layout: TableLayout | null,
  lists: ListLayout | null,
): DataSource {
  if (table === null) return { sentences: null, words: null, table };
  const { columns, lists: inTable } = table;
  return {
    sentences: { columns, layout, read: (reading) => readSentences(file, table, reading) },
    words: inTable && lists && { layout: lists, read: (reading) => readLists(file, inTable, table, reading) },
    table,
  };
}

/** What a file is that surely is a table. */
export function tableContent(file: File, given: TextTable): DataContent {
  const asWords = wordRows(file, given);
  if (asWords !== null) return { kind: 'broken', error: asWords };
  const lists = given.lists && listLayout(given.lists);
  const table = lists === null ? withSingles(file, given) : given;
  const layout = tableLayout(table);
  const source = tableSource(file, table, layout, lists);
  if (lists !== null && !layout?.isNamed) {
    const others = layout?.label == null ? [] : ownFits(columnOf(table, layout.label));
    const second = others.map(({ task, share }) => ({ task, share: share / 10 }));
    return { kind: 'data', source, fits: [...labellingFits(lists), ...second] };
  }
  const nested = lists === null ? nestedLabels(file, table, layout) : null;
  if (nested !== null) return { kind: 'broken', error: nested };
  if (layout === null || layout.label === null) {
    const isText = layout !== null || table.lists !== null;
    return { kind: isText ? 'unlabelled' : 'broken', error: noColumns(file, table, layout) };
  }
  const labels = columnOf(table, layout.label);
  if (areKept(labels)) return { kind: 'unlabelled', error: noLabels(file) };
  const more = lists === null ? [] : [{ task: 'labelling', share: 0.2 } as const];
  return { kind: 'data', source, fits: [...ownFits(labels), ...more] };
}

/** Test sets hold nothing, or −1, where labels are kept secret. */
export function areKept(labels: readonly TextCell[]): boolean {
  const isNone = (tag: string): boolean => isNoValue(tag) || ['-1', '?', '-', '-100', 'None'].includes(evenNumber(tag));
  return labels.length > 0 && labels.every((label) => isNone(label?.trim() ?? ''));
}

/**
 * The same for text, as prose has commas too: without a name that says data, its columns must; cells between tabs are no
 * prose, and a name that says a part is enough for them (SentEval's `sentiment-train`).
 */
export function proseOrTable({ file, isNamed, role }: DataHead, table: TextTable | null): DataContent | null {
  if (table === null) return null;
  const content = tableContent(file, table);
  if (isNamed) return content;
  if (content.kind !== 'data') return null;
  const { sentences, words } = content.source;
  const isPart = role !== null && table.form?.separator === '\t';
  return isPart || sentences?.layout?.isNamed === true || words !== null ? content : null;
}

export function columnOf({ columns, sample }: TextTable, name: string): TextTable['sample'][number] {
  const place = columns.indexOf(name);
  return sample.map((cells) => cells[place] ?? null);
}

async function readSentences(
  file: File,
  table: TextTable,
  { task, columns, control }: Reading<OwnTask>,
): Promise<SentenceRows> {
  if (columns === null) throw unusable(file, task);
  const { text, pair, label } = columns;
  const rows = new SentenceCollector(file, task, table, absentLabels(table, columns));
  const names = pair === null ? [text, label] : [text, label, pair];
  for await (const some of table.read(names, control)) {
    for (const { at, cells } of some) {
      const [first, tag, second = null]: TextCell[] = cells;
      if (isBlank(first) || (pair !== null && isBlank(second))) rows.leaveOut(at);
      else rows.add(at, first, second, tag);
    }
  }
  return rows.done();
}

/** A text that is not there: a table of text writes nothing for it. */
function isBlank(cell: TextCell): cell is null {
  return cell === null || cell.trim() === '';
}

async function readLists(
  file: File,
  lists: TextColumns<ListCell>,
  places: RowPlaces,
  { task, columns, wordLimit, control }: Reading<LabellingTask>,
): Promise<WordRows> {
  if (columns === null) throw unusable(file, task);
  const rows = new WordCollector(file, wordLimit, places);
  for await (const some of lists.read([columns.text, columns.label], control)) {
    for (const { at, cells } of some) {
      const [words, tags] = cells;
      if (words === null || tags === null || words.length === 0) rows.leaveOut(at);
      else if (words.length !== tags.length) throw unequalLists(rowSpot(file, places, at), words.length, tags.length);
      else if (!rows.add(words, tags)) return rows.done();
    }
  }
  return rows.done();
}

function unequalLists(place: string, words: number, tags: number): WinnowError {
  const message = `${place} has ${words} words and ${tags} labels.`;
  return new WinnowError('bad-data', message, 'Give every word one label: lists of one length in each row.');
}

function noColumns(file: File, { columns, lists }: TextTable, layout: TableLayout | null): WinnowError {
  const names = [...columns, ...(lists?.columns ?? [])].slice(0, 6).map(shown).join(', ');
  const message = `${nameOf(file)} has no column of ${layout === null ? 'text' : 'labels'}; its columns are ${names}.`;
  const named = 'ame the columns `text` and `label`; of labelled words, give each sentence two lists of one length.';
  const next =
    layout === null ? `N${named}` : `If it has none, cut a part with labels off the train file; else n${named}`;
  return new WinnowError('bad-data', message, next);
}
