/**
 * Text with one token a line and its annotations in columns beside it, sentences between blank lines: CoNLL-U (its
 * multiword ranges `1-2` and empty nodes `1.1` are left out), CoNLL-2000 and its kin, the Parallel Meaning Bank's export.
 * Which column means what is not known here.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { isBlankLine, readLines } from './lines.ts';
import { unevenRow } from './table.ts';

export interface TokenFormat {
  form: 'conllu' | 'columns';
  separator: 'tab' | 'space';
  /** Columns of every token line. */
  width: number;
  /** Column names that a comment of the file gives, e.g. "# tok:gold sem:gold"; null where none does. */
  names: string[] | null;
}

export interface TokenSentence {
  /** Line of the first token, from 1. */
  at: number;
  /** One entry a token: its cells, all columns. */
  tokens: string[][];
}

const conlluWidth = 10;
/** Ids of words, ranges of them and empty nodes. */
const conlluId = /^\d+([-.]\d+)?$/;
/** Share of lines that must be alike. */
const fitting = 0.9;
/** A sentence that is longer has no blank line where one is needed. */
const tokenLimit = 100_000;

/**
 * How these first lines of a file are laid out; null when most are not tokens in columns. Lines that do not fit are
 * spoken of when they are read.
 */
export function tokenFormat(lines: readonly string[]): TokenFormat | null {
  for (const separator of ['tab', 'space'] as const) {
    const sure = lines.filter((line) => !isBreak(line) && !isComment(line, { separator, width: null }));
    const width = commonest(sure.map((line) => cellsOf(line, separator).length));
    if (width === null || width < 2) continue;
    const tokens = lines.filter((line) => !isBreak(line) && !isComment(line, { separator, width }));
    const ids = tokens.filter((line) => conlluId.test(line.slice(0, line.indexOf('\t'))));
    if (separator === 'tab' && width === conlluWidth && ids.length >= fitting * tokens.length) {
      return { form: 'conllu', separator, width, names: null };
    }
    if (separator === 'tab' && areMixed(tokens, width) && tokens.length === sure.length) continue;
    const comments = lines.filter((line) => isComment(line, { separator, width }));
    const names = comments.map(layerNames).find((layers) => layers?.length === width) ?? null;
    if (names !== null || sentenceCount(lines) > 1) return { form: 'columns', separator, width, names };
  }
  return null;
}

/** Whether spaces, too, separate: between tabs and spaces all lines have one number of cells, and more than between tabs. */
function areMixed(tokens: readonly string[], width: number): boolean {
  const [first, ...others] = tokens.map((line) => cellsOf(line, 'space').length);
  return first > width && others.every((count) => count === first);
}

/** The cells of the tokens in these lines; those of another width are left out. */
export function firstTokens(lines: readonly string[], { separator, width }: TokenFormat): string[][] {
  const tokens = lines.filter((line) => !isBreak(line) && !isComment(line, { separator, width }));
  return tokens.map((line) => cellsOf(line, separator)).filter((cells) => cells.length === width);
}

/** The number that nearly all of these are, or null. */
function commonest(numbers: readonly number[]): number | null {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  for (const [number, count] of counts) if (count >= fitting * numbers.length) return number;
  return null;
}

/**
 * All sentences, some thousands at a time; progress is in bytes.
 * @throws WinnowError `bad-data` naming the line that has another number of columns or no word number, or the sentence
 * that does not end; otherwise as `readLines`.
 */
export async function* readTokens(
  file: NamedBlob,
  format: TokenFormat,
  control: Control = {},
): AsyncGenerator<TokenSentence[]> {
  const cutter = new SentenceCutter(format, file);
  for await (const { firstLine, lines } of readLines(file, control)) {
    yield lines.flatMap((line, index) => cutter.next(line, firstLine + index) ?? []);
  }
  yield cutter.end() ?? [];
}

/** Gathers token lines until a blank line ends their sentence. */
class SentenceCutter {
  private tokens: string[][] = [];
  private at = 0;

  constructor(
    private readonly format: TokenFormat,
    private readonly file: NamedBlob,
  ) {}

  next(line: string, at: number): TokenSentence[] | null {
    if (isBreak(line)) return this.end();
    const { form, separator, width } = this.format;
    if (isComment(line, this.format)) return null;
    const cells = cellsOf(line, separator);
    if (cells.length !== width) throw unevenRow(this.file, `Line ${at}`, cells.length, width);
    if (form === 'conllu' && !conlluId.test(cells[0])) {
      const message = `Line ${at} of ${nameOf(this.file)} begins with \`${cells[0].slice(0, 40)}\` where CoNLL-U has the number of a word.`;
      throw new WinnowError('bad-data', message, 'Correct or remove that line, or download the file again.');
    }
    if (form === 'conllu' && /[-.]/.test(cells[0])) return null;
    if (this.tokens.length === 0) this.at = at;
    this.tokens.push(cells);
    if (this.tokens.length > tokenLimit) {
      const message = `The sentence from line ${this.at} of ${nameOf(this.file)} has more than ${tokenLimit} words.`;
      throw new WinnowError('bad-data', message, 'Put a blank line between sentences.');
    }
    return null;
  }

  end(): TokenSentence[] | null {
    if (this.tokens.length === 0) return null;
    const sentence = { at: this.at, tokens: this.tokens };
    this.tokens = [];
    return [sentence];
  }
}

/**
 * With tabs, a line "# …", "##…", "#…" without one, or of other cells than tokens have (GermEval's "#⇥source"); `#` may be
 * a token, and between spaces it is one.
 * @param width of token lines; null: not known yet, and what could be a comment is.
 */
function isComment(
  line: string,
  { separator, width }: Pick<TokenFormat, 'separator'> & { width: number | null },
): boolean {
  if (separator !== 'tab' || !line.startsWith('#')) return false;
  return /^#([ #]|[^\t]*$)/.test(line) || line.split('\t').length !== width;
}

/** A blank line, CoNLL-2003's mark of a document, or CoNLL-2012's. */
function isBreak(line: string): boolean {
  return isBlankLine(line) || /^(-DOCSTART-(\s|$)|#(begin|end) document)/.test(line);
}

function cellsOf(line: string, separator: TokenFormat['separator']): string[] {
  return separator === 'tab' ? line.split('\t') : line.trim().split(/[ \t]+/);
}

/** "# tok:gold⇥sem:gold": what the Parallel Meaning Bank says about its columns. */
function layerNames(line: string): string[] | null {
  const cells = line.replace(/^#\s*/, '').split('\t');
  const isNames = cells.length > 1 && cells.every((cell) => /^\w+:\w+$/.test(cell));
  return isNames ? cells.map((cell) => cell.split(':')[0]) : null;
}

function sentenceCount(lines: readonly string[]): number {
  return lines.filter((line, at) => !isBreak(line) && isBreak(lines[at - 1] ?? '')).length;
}
