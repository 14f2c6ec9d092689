/**
 * Text with one token a line and its annotations in columns beside it, sentences between blank lines: CoNLL-U (its
 * multiword ranges `1-2` and empty nodes `1.1` are left out), CoNLL-2000 and its kin, the Parallel Meaning Bank's export.
 * Which column means what is not known here.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { readLines } from './lines.ts';
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
    const tokens = lines.filter((line) => !isBlank(line) && !isComment(line, separator));
    const width = commonest(tokens.map((line) => cellsOf(line, separator).length));
    if (width === null || width < 2) continue;
    const ids = tokens.filter((line) => conlluId.test(line.slice(0, line.indexOf('\t'))));
    if (separator === 'tab' && width === conlluWidth && ids.length >= fitting * tokens.length) {
      return { form: 'conllu', separator, width, names: null };
    }
    const layers =
      separator === 'tab' ? lines.flatMap((line) => (isComment(line, 'tab') ? [layerNames(line)] : [])) : [];
    const names = layers.find((layer) => layer?.length === width) ?? null;
    if (names !== null || sentenceCount(lines) > 1) return { form: 'columns', separator, width, names };
  }
  return null;
}

/** The cells of the tokens in these lines; those of another width are left out. */
export function firstTokens(lines: readonly string[], { separator, width }: TokenFormat): string[][] {
  const tokens = lines.filter((line) => !isBlank(line) && !isComment(line, separator));
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
    if (isBlank(line)) return this.end();
    const { form, separator, width } = this.format;
    if (isComment(line, separator)) return null;
    const cells = cellsOf(line, separator);
    if (cells.length !== width) throw unevenRow(this.file, `Line ${at}`, cells.length, width);
    if (form === 'conllu' && !conlluId.test(cells[0])) throw this.noNumber(at, cells[0]);
    if (form === 'conllu' && /[-.]/.test(cells[0])) return null;
    if (this.tokens.length === 0) this.at = at;
    this.tokens.push(cells);
    if (this.tokens.length > tokenLimit) throw this.endless();
    return null;
  }

  end(): TokenSentence[] | null {
    if (this.tokens.length === 0) return null;
    const sentence = { at: this.at, tokens: this.tokens };
    this.tokens = [];
    return [sentence];
  }

  private noNumber(at: number, id: string): WinnowError {
    const message = `Line ${at} of ${nameOf(this.file)} begins with \`${id.slice(0, 40)}\` where CoNLL-U has the number of a word.`;
    return new WinnowError('bad-data', message, 'Correct or remove that line, or download the file again.');
  }

  private endless(): WinnowError {
    const message = `The sentence from line ${this.at} of ${nameOf(this.file)} has more than ${tokenLimit} words.`;
    return new WinnowError('bad-data', message, 'Put a blank line between sentences.');
  }
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** With tabs, a line "# …", "##…" or "#…" without one; `#` may be a token, and between spaces it is one. */
function isComment(line: string, separator: TokenFormat['separator']): boolean {
  return separator === 'tab' && /^#([ #]|[^\t]*$)/.test(line);
}

function cellsOf(line: string, separator: TokenFormat['separator']): string[] {
  return separator === 'tab' ? line.split('\t') : line.trim().split(/ +/);
}

/** "# tok:gold⇥sem:gold": what the Parallel Meaning Bank says about its columns. */
function layerNames(line: string): string[] | null {
  const cells = line.replace(/^#\s*/, '').split('\t');
  return cells.length > 1 && cells.every((cell) => /^\w+:\w+$/.test(cell))
    ? cells.map((cell) => cell.split(':')[0])
    : null;
}

function sentenceCount(lines: readonly string[]): number {
  let count = 0;
  let inside = false;
  for (const line of lines) {
    if (!isBlank(line) && !inside) count++;
    inside = !isBlank(line);
  }
  return count;
}
