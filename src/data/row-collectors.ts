/**
 * Gathers the rows of one data file while its format reads them: numbers the labels, counts what is left out and stops
 * where enough is read.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { TextCell, TextTable } from '../format/table.ts';
import { LabelList, shown, SizeLimit, type SentenceRows, type WordRows } from './rows.ts';
import { evenNumber, isAbsentTag, noLabel } from './no-label.ts';
import { isRegression, type GlueTask, type OwnTask } from './tasks.ts';

/** What the numbers of rows count, and where these lie. */
export type RowPlaces = Pick<TextTable, 'place' | 'where'>;

/** Where a row stands, to begin a sentence with: "Row 4 of `train.csv`". */
export function rowSpot(file: File, { place, where }: RowPlaces, number: number): string {
  const spot = where?.(number) ?? { at: number, file };
  return `${place} ${spot.at} of ${nameOf(spot.file)}`;
}

class RowCollector {
  protected readonly list: LabelList;
  protected readonly size: SizeLimit;
  protected skipped = 0;
  protected readonly leftOut: number[] = [];
  protected firstSkipped: string | null = null;

  constructor(
    protected readonly file: File,
    protected readonly places: RowPlaces,
  ) {
    this.list = new LabelList(file);
    this.size = new SizeLimit(file);
  }

  leaveOut(at: number): void {
    this.skipped++;
    this.leftOut.push(at);
    const { place, where } = this.places;
    const spot = where?.(at) ?? { at, file: this.file };
    const elsewhere = spot.file === this.file ? '' : ` of ${nameOf(spot.file)}`;
    this.firstSkipped ??= `${place.toLowerCase()} ${spot.at}${elsewhere}`;
  }
}

/** Gathers sentences with one label, or score, each. */
export class SentenceCollector extends RowCollector {
  private readonly instances: SentenceRows['instances'] = [];
  private readonly scores: boolean;
  private readonly absentSeen = new Set<string>();

  /** @param isAbsent whether a label stands for none. */
  constructor(
    file: File,
    task: OwnTask | GlueTask,
    places: RowPlaces,
    private readonly isAbsent: (tag: string) => boolean = (tag) => tag === '',
  ) {
    super(file, places);
    this.scores = isRegression(task);
  }

  add(at: number, text: string, pair: string | null, label: TextCell): void {
    const tag = evenNumber(label?.trim() ?? '');
    if (this.isAbsent(tag)) {
      if (tag !== '') this.absentSeen.add(tag);
      return this.leaveOut(at);
    }
    this.size.add(1, text.length + (pair?.length ?? 0));
    this.instances.push({ text, pair, label: this.scores ? this.score(tag, at) : this.list.number(tag) });
  }

  /** @param labels as the task numbers them; null: as they came up. */
  done(labels: readonly string[] | null = null): SentenceRows {
    const { instances, leftOut, skipped, firstSkipped } = this;
    const none = Array.from(this.absentSeen, (tag) => `\`${tag}\``).join(' and ');
    const what = `a text or a label${none && ` (${none} is none)`}`;
    const skippedBecause = [`it lacks ${what}`, `they lack ${what}`] as const;
    const facts = { leftOut, skipped, firstSkipped, skippedBecause };
    if (this.scores) return { kind: 'sentence', instances, labels: null, counts: null, ...facts };
    const { labels: found, counts } = this.list;
    if (labels === null) return { kind: 'sentence', instances, labels: found, counts, ...facts };
    const numbers = found.map((label) => labels.indexOf(label));
    const ofTask = labels.map((label) => counts[found.indexOf(label)] ?? 0);
    const renumbered = instances.map((row) => ({ ...row, label: numbers[row.label] }));
    return { kind: 'sentence', instances: renumbered, labels, counts: ofTask, ...facts };
  }

  private score(tag: string, at: number): number {
    const score = Number(tag);
    if (Number.isFinite(score)) return score;
    const message = `${rowSpot(this.file, this.places, at)} has the label ${shown(tag)}; a regression needs numbers.`;
    throw new WinnowError('bad-data', message, 'Correct that line, or choose classification as the task.');
  }
}

/** Gathers sentences with one label a word, up to a number of words. */
export class WordCollector extends RowCollector {
  private readonly sentences: WordRows['sentences'] = [];
  private words = 0;
  private cut = false;
  private unlabelled = 0;
  private seen = 0;
  private unlabelledSentences = 0;

  constructor(
    file: File,
    private readonly limit: number,
    places: RowPlaces = { place: 'Line' },
  ) {
    super(file, places);
  }

  /** Whether the sentence was taken; if not, the limit is reached and nothing more is. */
  add(words: string[], labels: string[]): boolean {
    this.cut = this.words + words.length > this.limit;
    if (this.cut) return false;
    this.seen++;
    if (words.length > 0 && labels.every(isAbsentTag)) {
      this.skipped++;
      this.unlabelledSentences++;
      this.firstSkipped ??= `sentence ${this.seen}`;
      return true;
    }
    const characters = words.reduce((sum, { length }) => sum + length, 0);
    this.size.add(words.length, characters);
    this.words += words.length;
    this.sentences.push({ words, labels: labels.map((label) => this.numberOf(label)) });
    return true;
  }

  done(): WordRows {
    const { sentences, words, cut, leftOut, skipped, firstSkipped } = this;
    const { labels, counts } = this.list;
    const what = this.unlabelledSentences > 0 ? 'no words with a label' : 'no words';
    const skippedBecause = [`it holds ${what}`, `they hold ${what}`] as const;
    const facts = { leftOut, skipped, firstSkipped, skippedBecause };
    return { kind: 'labelling', sentences, labels, counts, words, unlabelled: this.unlabelled, cut, ...facts };
  }

  private numberOf(tag: string): number {
    if (!isAbsentTag(tag)) return this.list.number(tag);
    this.unlabelled++;
    return noLabel;
  }
}
