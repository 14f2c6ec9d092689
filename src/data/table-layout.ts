/**
 * Which columns of an own table hold the sentences and the labels, and whether the labels are classes or scores: told
 * from usual names first, then from what stands in the first rows. A guess, which the user may correct.
 */
import type { TextCell, TextTable } from '../format/table.ts';
import type { Fit } from './layout.ts';
import { isNoValue } from './no-label.ts';
import type { OwnName } from './tasks.ts';

export interface TableLayout {
  text: string;
  pair: string | null;
  /** null where no column looks like labels. */
  label: string | null;
  /** Columns that could be the labels, that one included. */
  labels: string[];
  /** Whether a name says so: then a table without any known layout is still one of sentences and labels. */
  isNamed: boolean;
}

/** In order of preference. */
const textNames =
  /^(text(_?[1a])?|sentence(_?[1a])?|comment_text|premise|question_?1|#1 string|review|content|document|comment|tweet|question|query|title)$/i;
const pairNames = /^(text_?[2b]|sentence_?[2b]|hypothesis|question_?2|#2 string|answer|passage)$/i;
export const labelColumns =
  /^((gold_?)?labels?|is_duplicate|quality|class|category|target|sentiment|rating|stars|scores?|similarity|entailment_judgment|relatedness_score|polarity)$/i;

/** Columns that number rows. */
const rowNames = /^(id|idx|index|row|guid|(pair|row|text|comment)_?id|unnamed: ?0)$/i;

/** An annotator's, as Prodigy writes them into `answer`. */
function isVerdict(value: string): boolean {
  return ['accept', 'reject', 'ignore'].includes(value);
}

const fewRows = 20;

/** @returns null where no column holds text. */
export function tableLayout({ columns, sample }: TextTable): TableLayout | null {
  const values = new Map(columns.map((name, place) => [name, valuesOf(sample, place)]));
  const texts = columns.filter((name) => isText(values.get(name) ?? []));
  const named = columns.filter((name) => labelColumns.test(name));
  const label = named.at(0);
  const open = texts.filter((name) => name !== label);
  const text = open.find((name) => textNames.test(name)) ?? longest(open, values);
  if (text === undefined) return null;
  const unnamed = unnamedPair(columns, values);
  if (unnamed !== null) return unnamed;
  const isPair = (name: string): boolean => pairNames.test(name) && !(values.get(name) ?? []).every(isVerdict);
  const pair = open.find((name) => name !== text && isPair(name)) ?? null;
  const others = columns.filter((name) => name !== text && name !== pair && !rowNames.test(name));
  const marks = others.filter((name) => areMarks(values.get(name) ?? []));
  const chosen = label ?? (marks.length > 1 ? marks[0] : fewest(others, values, sample.length));
  const isOpen = (name: string): boolean =>
    named.length > 0 ? named.includes(name) : isRepeated(values.get(name) ?? []);
  const labels = others.filter((name) => name === chosen || isOpen(name));
  return { text, pair, label: chosen, labels, isNamed: label !== undefined && textNames.test(text) };
}

/**
 * Without a header: two sentences side by side. The label is the score from 0 to 5 before them (STS), else what the columns
 * behind them say, the class before the score (SICK's, id first); null where it is another table.
 */
function unnamedPair(columns: readonly string[], values: ReadonlyMap<string, readonly string[]>): TableLayout | null {
  if (columns.length < 3 || columns.some((name, place) => name !== `column ${place + 1}`)) return null;
  const of = (name: string): readonly string[] => values.get(name) ?? [];
  const sentences = columns.filter((name) => areSentences(of(name)));
  const [text, pair] = sentences;
  const at = columns.indexOf(text);
  if (sentences.length !== 2 || columns[at + 1] !== pair) return null;
  const behind = columns.slice(at + 2).filter((name) => of(name).length > 0);
  const before = columns.slice(0, at).filter((name) => of(name).length > 0);
  const score = before.at(-1);
  const isScore = score !== undefined && areScores(of(score));
  const classes = [...behind, ...before.slice(-1)].filter((name) => isRepeated(of(name)) && !areScores(of(name)));
  const labels = [...classes, ...[...behind, ...(isScore ? [score] : [])].filter((name) => !classes.includes(name))];
  const label = isScore ? score : labels.at(0);
  return label === undefined ? null : { text, pair, label, labels, isNamed: false };
}

/** Texts of several words, few of which come again and again. */
function areSentences(values: readonly string[]): boolean {
  const long = values.filter((value) => value.trim().split(/\s+/).length > 2);
  return isText(values) && long.length * 2 > values.length && new Set(values).size * 10 > values.length;
}

function areScores(values: readonly string[]): boolean {
  const numbers = values.map(Number);
  return numbers.every((number) => number >= 0 && number <= 5) && numbers.some((number) => !Number.isInteger(number));
}

/** How well a column of labels fits each of the two own tasks: only numbers can be scores, broken ones nearly must be. */
export function ownFits(labels: readonly TextCell[]): Fit<OwnName>[] {
  const cells = labels.filter((cell): cell is string => cell !== null && !isNoValue(cell.trim()));
  const numbers = cells.map(Number);
  if (cells.length === 0 || numbers.some((number) => !Number.isFinite(number))) {
    return [{ task: 'classification', share: 0.5 }];
  }
  const areScores = numbers.some((number) => !Number.isInteger(number)) || new Set(numbers).size > 20;
  const shares = areScores ? { regression: 0.6, classification: 0.3 } : { classification: 0.5, regression: 0.4 };
  return (Object.keys(shares) as OwnName[]).map((task) => ({ task, share: shares[task] }));
}

function valuesOf(sample: readonly (readonly TextCell[])[], place: number): string[] {
  return sample.flatMap((cells) => (cells[place]?.trim() ? [cells[place]] : []));
}

/** Whether most values are words: no numbers, no truth values, and letters in them. */
function isText(values: readonly string[]): boolean {
  const texts = values.filter((value) => Number.isNaN(Number(value)) && /\p{L}/u.test(value) && !truth.test(value));
  return texts.length > 0 && texts.length * 2 >= values.length;
}

const truth = /^(true|false|yes|no)$/i;

function longest(names: readonly string[], values: ReadonlyMap<string, readonly string[]>): string | undefined {
  const mean = (name: string): number => {
    const all = values.get(name) ?? [];
    return all.reduce((sum, { length }) => sum + length, 0) / Math.max(1, all.length);
  };
  return [...names].sort((a, b) => mean(b) - mean(a))[0];
}

/** Whether a row has one of these or not, as where several labels may hold at once. */
function areMarks(values: readonly string[]): boolean {
  const seen = new Set(values);
  return values.length > seen.size && [...seen].every((value) => /^([01](\.0)?|true|false)$/i.test(value));
}

/** Whether a few values come again and again. */
function isRepeated(values: readonly string[]): boolean {
  const { size } = new Set(values);
  return size > 1 && size <= 20 && size * 4 <= values.length;
}

/** The column with the fewest different values, if any value comes twice and half of the rows have one; of equals, the last. */
function fewest(
  names: readonly string[],
  values: ReadonlyMap<string, readonly string[]>,
  count: number,
): string | null {
  let best: string | null = null;
  let bestShare = 1;
  for (const name of names) {
    const all = values.get(name) ?? [];
    if (all.length * 2 < count) continue;
    const { size } = new Set(all);
    // What is the same in every row tells nothing.
    const share = all.length === 0 || size === 1 ? 1 : size / all.length;
    if (share < 1 && share <= bestShare) [best, bestShare] = [name, share];
  }
  // A few rows need not repeat a label; the last column is where most tables have it.
  const filled = names.filter((name) => (values.get(name)?.length ?? 0) * 2 >= count);
  return best ?? (count < fewRows ? filled.at(-1) : null) ?? null;
}
