/**
 * How a table fits the text of an article (10 pt, on A4 or Letter): at its natural size, else with words of heads and cells
 * below each other, else set smaller, else in parts below each other that all begin with the first column. Widths in points,
 * of Computer Modern.
 */
import type { Table } from './table.ts';

const textWidth = 345;

interface Size {
  command: string;
  /** Of a digit, with some air for wider letters. */
  digit: number;
  /** On each side of a column. */
  gap: number;
}

const natural: Size = { command: '', digit: 5.3, gap: 6 };
const smallest: Size = { command: '\\scriptsize', digit: 4.2, gap: 2.5 };

const sizes: readonly Size[] = [
  natural,
  { command: '\\small', digit: 4.9, gap: 5 },
  { command: '\\footnotesize', digit: 4.5, gap: 3 },
  smallest,
];

/** Longer cells have their words on several lines, in characters; shorter lines are for what would be several parts. */
const longestLines = [32, 16];

export interface LaidColumn {
  numeric: boolean;
  /** Lines of each. */
  head: string[];
  cells: string[][];
}

export interface LatexLayout {
  size: Pick<Size, 'command' | 'gap'>;
  /** Columns that stand beside each other. */
  parts: LaidColumn[][];
}

export function layTable({ columns, rows }: Table): LatexLayout {
  const whole = columns.map(({ title, numeric }, index): LaidColumn => {
    return { numeric, head: [title], cells: rows.map((row) => [row[index].text]) };
  });
  if (widthOf(whole, natural) <= textWidth) return { size: natural, parts: [whole] };
  for (const length of longestLines) {
    const broken = whole.map((column) => withShortLines(column, length));
    const size = sizes.find((one) => widthOf(broken, one) <= textWidth);
    if (size) return { size, parts: [broken] };
  }
  return { size: smallest, parts: inParts(whole.map((column) => withShortLines(column, longestLines[0]))) };
}

/** As many columns a part as fit beside the first one. */
function inParts([first, ...others]: readonly LaidColumn[]): LaidColumn[][] {
  const parts = [[first]];
  for (const column of others) {
    const last = parts[parts.length - 1];
    if (last.length === 1 || widthOf([...last, column], smallest) <= textWidth) last.push(column);
    else parts.push([first, column]);
  }
  return parts;
}

function withShortLines({ numeric, head, cells }: LaidColumn, length: number): LaidColumn {
  const short = numeric ? cells : cells.map(([text]) => linesOf(text, length));
  const widest = Math.max(0, ...short.flat().map((text) => text.length));
  const longestWord = Math.max(...head[0].split(' ').map((word) => word.length));
  return { numeric, head: linesOf(head[0], Math.max(widest, longestWord)), cells: short };
}

function linesOf(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function widthOf(columns: readonly LaidColumn[], { digit, gap }: Size): number {
  const widths = columns.map(({ head, cells }) => Math.max(...[...head, ...cells.flat()].map(digitsOf)));
  return widths.reduce((sum, width) => sum + width * digit + 2 * gap, 0);
}

/** As many digits as a text is wide. */
function digitsOf(text: string): number {
  const narrow = text.match(/[.,:;'’il()\u202f\u00a0 ]/g)?.length ?? 0;
  const wide = text.match(/[%mwMW±−≤≥≈→×]/g)?.length ?? 0;
  return text.length - 0.45 * narrow + 0.65 * wide;
}
