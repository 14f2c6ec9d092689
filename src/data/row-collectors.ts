/**
 * Gathers the rows of one data file while its format reads them: numbers the labels, counts what is left out and stops
 * where enough is read.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { TextCell, TextTable } from '../format/table.ts';
import { LabelList, shown, SizeLimit, type SentenceRows, type WordRows } from './rows.ts';
import { isRegression, type OwnTask } from './tasks.ts';

/** @param place what the numbers of rows count. */
class RowCollector {
  protected readonly list: LabelList;
  protected readonly size: SizeLimit;
  protected skipped = 0;
  protected firstSkipped: string | null = null;

  constructor(
    protected readonly file: File,
    protected readonly place: TextTable['place'],
  ) {
    this.list = new LabelList(file);
    this.size = new SizeLimit(file);
  }

  leaveOut(at: number): void {
    this.skipped++;
    this.firstSkipped ??= `${this.place.toLowerCase()} ${at}`;
  }
}

/** Gathers sentences with one label, or score, each. */
export class SentenceCollector extends RowCollector {
  private readonly instances: SentenceRows['instances'] = [];
  private readonly scores: boolean;

  constructor(file: File, task: OwnTask, place: TextTable['place']) {
    super(file, place);
    this.scores = isRegression(task);
  }

  add(at: number, text: string, pair: string | null, label: TextCell): void {
    const tag = label?.trim() ?? '';
    if (tag === '') return this.leaveOut(at);
    this.size.add(1, text.length + (pair?.length ?? 0));
    this.instances.push({ text, pair, label: this.scores ? this.score(tag, at) : this.list.number(tag) });
  }

  done(): SentenceRows {
    const { instances, skipped, firstSkipped } = this;
    const { labels, counts } = this.scores ? { labels: null, counts: null } : this.list;
    const skippedBecause = ['it lacks a text or a label', 'they lack a text or a label'] as const;
    return { kind: 'sentence', instances, labels, counts, skipped, firstSkipped, skippedBecause };
  }

  private score(tag: string, at: number): number {
    const score = Number(tag);
    if (Number.isFinite(score)) return score;
    const message = `${this.place} ${at} of ${nameOf(this.file)} has the label ${shown(tag)}; a regression needs numbers.`;
    throw new WinnowError('bad-data', message, 'Correct that line, or choose classification as the task.');
  }
}

/** Gathers sentences with one label a word, up to a number of words. */
export class WordCollector extends RowCollector {
  private readonly sentences: WordRows['sentences'] = [];
  private words = 0;
  private cut = false;

  constructor(
    file: File,
    private readonly limit: number,
    place: TextTable['place'] = 'Line',
  ) {
    super(file, place);
  }

  /** Whether the sentence was taken; if not, the limit is reached and nothing more is. */
  add(words: string[], labels: string[]): boolean {
    this.cut = this.words + words.length > this.limit;
    if (this.cut) return false;
    const characters = words.reduce((sum, { length }) => sum + length, 0);
    this.size.add(words.length, characters);
    this.words += words.length;
    this.sentences.push({ words, labels: labels.map((label) => this.list.number(label)) });
    return true;
  }

  done(): WordRows {
    const { sentences, words, cut, skipped, firstSkipped } = this;
    const { labels, counts } = this.list;
    const skippedBecause = ['it holds no words', 'they hold no words'] as const;
    return { kind: 'labelling', sentences, labels, counts, words, cut, skipped, firstSkipped, skippedBecause };
  }
}
