/**
 * Reads the rows of one data file for a task, whatever its format, with the columns chosen. A row that cannot be used is
 * left out and counted where data sets have such rows (no label, no words), and refused with its line where they have not.
 */
import type { Control } from '../base/abort.ts';
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { Cell, Columns as TableColumns, ListCell, Table } from '../format/table.ts';
import { readTokens } from '../format/token-lines.ts';
import { readLinePairs } from '../format/word-label.ts';
import { readInstances } from './instances.ts';
import { Kept, LabelList, shown, type Instance, type Rows, type SentenceRows, type WordRows } from './rows.ts';
import type { Sniffed, Source } from './sniff.ts';
import { isRegression, tasks, type LabellingTask, type OwnTask, type Task } from './tasks.ts';
import type { TokenLayout } from './token-layout.ts';
import { pairMark, wordsOf } from './word-label.ts';

/** Columns in use, by name. */
export interface Columns {
  text: string;
  pair: string | null;
  label: string;
}

/** Words of the train file that are used (Dalvi et al. 2020, appendix): whole sentences, stopping before the one too many. */
export const trainWords = 150_000;

/**
 * @param columns null where the format leaves no choice.
 * @param wordLimit reading ends before the sentence that would exceed it.
 * @throws WinnowError `bad-data` for a file, column, row or label that does not fit, with its line; otherwise as the
 * reader of the format.
 */
export async function readRows(
  { file, labels, what }: Sniffed,
  task: Task,
  columns: Columns | null,
  wordLimit: number,
  control: Control = {},
): Promise<Rows> {
  // A file of another kind that the user gave a role: the table reader says what is wrong with it.
  if (task.kind === 'glue') return readInstances(file, task, control);
  if (what.kind === 'other') throw unusable(file, task);
  if (what.kind !== 'data') throw what.error;
  const { source } = what;
  const rows = await readAs(source, task);
  const count = rows.kind === 'sentence' ? rows.instances.length : rows.sentences.length;
  if (count === 0) throw noRows(file, rows);
  return rows;

  function readAs(from: Source, task: OwnTask | LabellingTask): Promise<Rows> {
    if (task.kind === 'own') {
      if (from.form === 'table' && from.table && columns) return readTable(file, from.table, task, columns, control);
      if (from.form === 'pair' && labels && from.layout.labels === 'sentences') {
        return readSentencePair(file, labels.file, task, control);
      }
    } else {
      if (from.form === 'tokens' && columns) return readTokenFile(file, from.layout, columns, wordLimit, control);
      if (from.form === 'table' && from.table?.lists && from.lists && columns) {
        return readLists(file, from.table.lists, from.table.place, columns, wordLimit, control);
      }
      if (from.form === 'pair' && labels && from.layout.labels === 'words') {
        return readWordPair(file, labels.file, wordLimit, control);
      }
    }
    throw unusable(file, task);
  }
}

async function readTable(
  file: File,
  table: Table,
  task: OwnTask,
  { text, pair, label }: Columns,
  control: Control,
): Promise<SentenceRows> {
  const rows = new Sentences(file, task);
  const wanted = pair === null ? [text, label] : [text, label, pair];
  for await (const some of table.read(wanted, control)) {
    for (const { at, cells } of some) {
      const [first, tag, second] = cells;
      if (first === null || (pair !== null && second === null)) rows.leaveOut(table.place, at);
      else rows.add(first, pair === null ? null : second, tag, table.place, at);
    }
  }
  return rows.done();
}

async function readSentencePair(file: File, labels: File, task: OwnTask, control: Control): Promise<SentenceRows> {
  const rows = new Sentences(file, task);
  for await (const pairs of readLinePairs(file, labels, control)) {
    for (const { at, words, labels: tag } of pairs) {
      const mark = words.indexOf(pairMark);
      if (words === '' && tag.trim() === '') continue;
      if (mark < 0) rows.add(words, null, tag, 'Line', at);
      else rows.add(words.slice(0, mark), words.slice(mark + pairMark.length), tag, 'Line', at);
    }
  }
  return rows.done();
}

async function readTokenFile(
  file: File,
  layout: TokenLayout,
  { text, label }: Columns,
  wordLimit: number,
  control: Control,
): Promise<WordRows> {
  const rows = new LabelledWords(file, wordLimit);
  const [words, labels] = [placeOf(file, layout, text), placeOf(file, layout, label)];
  for await (const sentences of readTokens(file, layout.format, control)) {
    for (const { tokens } of sentences) {
      const taken = rows.add(
        tokens.map((cells) => cells[words]),
        tokens.map((cells) => cells[labels]),
      );
      if (!taken) return rows.done();
    }
  }
  return rows.done();
}

async function readLists(
  file: File,
  lists: TableColumns<ListCell>,
  place: Table['place'],
  { text, label }: Columns,
  wordLimit: number,
  control: Control,
): Promise<WordRows> {
  const rows = new LabelledWords(file, wordLimit);
  for await (const some of lists.read([text, label], control)) {
    for (const { at, cells } of some) {
      const [words, tags] = cells;
      if (words === null || tags === null || words.length === 0) rows.leaveOut(at, place);
      else if (words.length !== tags.length) throw unequalLists(file, `${place} ${at}`, words.length, tags.length);
      else if (!rows.add(words, tags)) return rows.done();
    }
  }
  return rows.done();
}

async function readWordPair(file: File, labels: File, wordLimit: number, control: Control): Promise<WordRows> {
  const rows = new LabelledWords(file, wordLimit);
  for await (const pairs of readLinePairs(file, labels, control)) {
    for (const { at, words, labels: tags } of pairs) {
      const [tokens, given] = [wordsOf(words), wordsOf(tags)];
      if (tokens.length !== given.length) throw unequal(file, labels, at, tokens.length, given.length);
      if (tokens.length === 0) rows.leaveOut(at);
      else if (!rows.add(tokens, given)) return rows.done();
    }
  }
  return rows.done();
}

/** Gathers sentences with one label, or score, each. */
class Sentences {
  private readonly instances: Instance[] = [];
  private readonly list: LabelList;
  private readonly kept: Kept;
  private readonly scores: boolean;
  private skipped = 0;
  private firstSkipped: string | null = null;

  constructor(
    private readonly file: File,
    task: OwnTask,
  ) {
    this.list = new LabelList(file);
    this.kept = new Kept(file);
    this.scores = isRegression(task);
  }

  add(text: string, pair: string | null, label: Cell, place: Table['place'], at: number): void {
    const tag = label?.trim() ?? '';
    if (tag === '') return this.leaveOut(place, at);
    this.kept.add(1, text.length + (pair?.length ?? 0));
    this.instances.push({ text, pair, label: this.scores ? this.score(tag, place, at) : this.list.number(tag) });
  }

  leaveOut(place: Table['place'], at: number): void {
    this.skipped++;
    this.firstSkipped ??= `${place.toLowerCase()} ${at}`;
  }

  done(): SentenceRows {
    const { instances, list, skipped, firstSkipped, scores } = this;
    return {
      kind: 'sentence',
      instances,
      labels: scores ? null : list.labels,
      counts: scores ? null : list.counts,
      skipped,
      firstSkipped,
      skippedBecause: ['it lacks a text or a label', 'they lack a text or a label'],
    };
  }

  private score(tag: string, place: Table['place'], at: number): number {
    const score = Number(tag);
    if (Number.isFinite(score)) return score;
    const message = `${place} ${at} of ${nameOf(this.file)} has the label ${shown(tag)}; a regression needs numbers.`;
    throw new WinnowError('bad-data', message, 'Correct that line, or choose classification as the task.');
  }
}

/** Gathers sentences with one label a word, up to a number of words. */
class LabelledWords {
  private readonly sentences: WordRows['sentences'] = [];
  private readonly list: LabelList;
  private readonly kept: Kept;
  private words = 0;
  private cut = false;
  private skipped = 0;
  private firstSkipped: string | null = null;

  constructor(
    file: File,
    private readonly limit: number,
  ) {
    this.list = new LabelList(file);
    this.kept = new Kept(file);
  }

  /** Whether the sentence was taken; if not, the limit is reached and nothing more is. */
  add(words: string[], labels: string[]): boolean {
    this.cut = this.words + words.length > this.limit;
    if (this.cut) return false;
    this.kept.add(
      words.length,
      words.reduce((sum, { length }) => sum + length, 0),
    );
    this.words += words.length;
    this.sentences.push({ words, labels: labels.map((label) => this.list.number(label)) });
    return true;
  }

  leaveOut(at: number, place: Table['place'] = 'Line'): void {
    this.skipped++;
    this.firstSkipped ??= `${place.toLowerCase()} ${at}`;
  }

  done(): WordRows {
    const { sentences, words, cut, skipped, firstSkipped } = this;
    const { labels, counts } = this.list;
    const skippedBecause = ['it holds no words', 'they hold no words'] as const;
    return { kind: 'labelling', sentences, labels, counts, words, cut, skipped, firstSkipped, skippedBecause };
  }
}

function placeOf(file: File, { columns }: TokenLayout, name: string): number {
  const column = columns.find((candidate) => candidate.name === name);
  if (column) return column.place;
  const names = columns.map((candidate) => `\`${candidate.name}\``).join(', ');
  const message = `${nameOf(file)} has no column \`${name}\`; it has ${names}.`;
  throw new WinnowError('bad-data', message, 'Choose other columns on the data card, or leave this file out.');
}

function unequal(file: File, labels: File, line: number, words: number, tags: number): WinnowError {
  const message = `Line ${line} of ${nameOf(file)} has ${words} words and that of ${nameOf(labels)} ${tags} labels.`;
  return new WinnowError('bad-data', message, 'Give every word one label, with one space between them.');
}

function unequalLists(file: File, place: string, words: number, tags: number): WinnowError {
  const message = `${place} of ${nameOf(file)} has ${words} words and ${tags} labels.`;
  return new WinnowError('bad-data', message, 'Give every word one label: lists of one length in each row.');
}

function unusable(file: File, { title, kind }: LabellingTask | OwnTask): WinnowError {
  const wanted = kind === 'own' ? 'sentences with one label each' : 'words with one label each';
  const message = `${nameOf(file)} cannot be used for ${title}: it does not hold ${wanted}.`;
  const other = kind === 'own' ? tasks.labelling.title : tasks.classification.title;
  return new WinnowError('bad-data', message, `Choose another task (such as ${other}), or leave this file out.`);
}

function noRows(file: File, { skipped, skippedBecause }: Rows): WinnowError {
  const why =
    skipped > 0 ? `its ${skipped} rows are left out because ${skippedBecause[1]}` : 'it holds no rows of data';
  return new WinnowError('bad-data', `${nameOf(file)} cannot be used: ${why}.`, 'Copy or download the file again.');
}
