/**
 * What quotes mean in rows of cells: whether cells are quoted as CSV has it (RFC 4180; with a backslash before a quote, as
 * databases write it) or quotes are text, as in GLUE's files. Told from the whole file, since one quote that does not fit
 * settles it. Only writers that quote on purpose put a separator, a line end or a marked quote into quotes, or quote every
 * text; a cell that merely begins and ends with a quote may be somebody's words.
 */
import type { Control } from '../base/abort.ts';
import type { NamedBlob } from '../base/bytes.ts';
import { readLines } from './lines.ts';

/** `none`: there are no quotes. `text`: they are characters like any. Else what marks a quote within quotes. */
export type Quotes = 'none' | 'text' | 'doubled' | 'backslash';

/** A cell that goes on for longer has a quote that is never closed. */
const cellLimit = 1024 * 1024;

/** @throws WinnowError as `readLines`. */
export async function quotesIn(file: NamedBlob, separator: string, control: Control = {}): Promise<Quotes> {
  const scans = { doubled: new QuoteScan(separator, '"'), backslash: new QuoteScan(separator, '\\') };
  let any = false;
  for await (const { lines } of readLines(file, { signal: control.signal })) {
    for (const line of lines) {
      any ||= line.includes('"');
      scans.doubled.take(line);
      scans.backslash.take(line);
    }
    if (any && scans.doubled.failed && scans.backslash.failed) return 'text';
  }
  if (!any) return 'none';
  if (scans.doubled.isQuoting()) return 'doubled';
  return scans.backslash.isQuoting() && scans.backslash.marked ? 'backslash' : 'text';
}

/** Goes through lines under the belief that cells are quoted and that `mark` makes a quote within quotes text. */
class QuoteScan {
  failed = false;
  /** Whether a quote within quotes had its mark. */
  marked = false;
  private isOpen = false;
  private length = 0;
  private quotedCells = 0;
  /** Whether some text stands without quotes. */
  private hasBareText = false;
  private holdsSeparator = false;
  private holdsLineEnd = false;
  /** Cells of each line where quotes are text. */
  private width = -1;
  private isEven = true;

  constructor(
    private readonly separator: string,
    private readonly mark: string,
  ) {}

  take(line: string): void {
    if (this.failed) return;
    if (line !== '') {
      const width = line.split(this.separator).length;
      if (this.width === -1) this.width = width;
      this.isEven &&= width === this.width;
    }
    let at = this.isOpen ? this.passQuoted(line, 0) : 0;
    while (!this.isOpen && !this.failed && at <= line.length) at = this.passCell(line, at);
    if (this.isOpen && !this.failed) {
      this.holdsLineEnd = true;
      this.length += line.length + 1;
      this.failed = this.length > cellLimit;
    }
  }

  isQuoting(): boolean {
    if (this.failed || this.isOpen || this.quotedCells === 0) return false;
    // Rows of one width whatever quotes mean: then no quote hides a line end or a separator.
    if (this.isEven && (this.holdsLineEnd || this.holdsSeparator)) return false;
    return this.marked || this.holdsLineEnd || this.holdsSeparator || !this.hasBareText;
  }

  /** @returns where the next cell begins; beyond the line after its last. */
  private passCell(line: string, from: number): number {
    if (line[from] === '"') {
      this.isOpen = true;
      this.length = 0;
      this.quotedCells++;
      return this.passQuoted(line, from + 1);
    }
    const next = line.indexOf(this.separator, from);
    const cell = line.slice(from, next < 0 ? line.length : next);
    if (cell.includes('"')) this.failed = true;
    this.hasBareText ||= Number.isNaN(Number(cell)) && !/^(na|nan|null|\\n)$/i.test(cell);
    return next < 0 ? line.length + 1 : next + 1;
  }

  /** From within quotes; they may stay open at the end of the line. */
  private passQuoted(line: string, from: number): number {
    for (let at = from; at < line.length; at++) {
      if (line[at] === this.mark && this.mark === '\\' && at + 1 < line.length) {
        this.marked ||= line[at + 1] === '"';
        at++;
      } else if (line[at] === '"' && this.mark === '"' && line[at + 1] === '"') {
        this.marked = true;
        at++;
      } else if (line[at] === '"') {
        this.isOpen = false;
        if (at + 1 < line.length && line[at + 1] !== this.separator) this.failed = true;
        return at + 2;
      } else if (line[at] === this.separator) this.holdsSeparator = true;
    }
    return line.length + 1;
  }
}
