/**
 * Gathers the rows of one data file while its format reads them: numbers the labels, counts what is left out and stops
 * where enough is read.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { TextCell, TextTable } from '../format/table.ts';
import { Kept, LabelList, shown, type Instance, type SentenceRows, type WordRows } from './rows.ts';
import { isRegression, type OwnTask } from './tasks.ts';

/** Gathers sentences with one label, or score, each. */
export class SentenceCollector {
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

  add(text: string, pair: string | null, label: TextCell, place: TextTable['place'], at: number): void {
    const tag = label?.trim() ?? '';
    if (tag === '') return this.leaveOut(place, at);
    this.kept.add(1, text.length + (pair?.length ?? 0));
    this.instances.push({ text, pair, label: this.scores ? this.score(tag, place, at) : this.list.number(tag) });
  }

  leaveOut(place: TextTable['place'], at: number): void {
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

  private score(tag: string, place: TextTable['place'], at: number): number {
    const score = Number(tag);
    if (Number.isFinite(score)) return score;
    const message = `${place} ${at} of ${nameOf(this.file)} has the label ${shown(tag)}; a regression needs numbers.`;
    throw new WinnowError('bad-data', message, 'Correct that line, or choose classification as the task.');
  }
}

/** Gathers sentences with one label a word, up to a number of words. */
export class WordCollector {
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

  leaveOut(at: number, place: TextTable['place'] = 'Line'): void {
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
