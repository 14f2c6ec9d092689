/** A line of what `npm run bench` measures: one piece of work here, the least it can take, and the same work elsewhere. */
import { spreadOf } from '../../src/timing/spread.ts';
import type { MadeSizes } from './in-page/made.ts';

export interface BenchRow {
  /** The key of its samples over the rounds. */
  what: string;
  size: string;
  /** So much of `unit` is done: a second's worth is the throughput. */
  amount: number;
  unit: string;
  /** By side. `Winnow` is there always; `bound` is what the same work takes at least on this machine. */
  seconds: Record<string, number>;
  /** What was measured for the bound. */
  bound?: string;
  /** Most bytes held in memory meanwhile, by side. */
  bytes?: Record<string, number>;
}

export const own = 'Winnow';
export const bound = 'bound';

export const madeSize = ({ rows, layers, hidden }: Pick<MadeSizes, 'rows' | 'layers' | 'hidden'>): string =>
  `${rows.toLocaleString('en')} × ${layers} × ${hidden}`;

/** Of the same work's seconds by side. */
export function productRow(made: MadeSizes, seconds: BenchRow['seconds']): BenchRow {
  const amount = (made.rows * (made.layers * made.hidden) ** 2) / 2e9;
  return { what: 'CKA and correlation', size: madeSize(made), amount, unit: 'G products', seconds };
}

/** Of ten epochs. */
export function probeRow(made: MadeSizes, seconds: BenchRow['seconds']): BenchRow {
  const what = `${2 * made.layers} probes, ${made.classes} classes`;
  return { what, size: `${madeSize(made)}, 10 epochs`, amount: made.rows * 10, unit: 'rows', seconds };
}

/** @param rows of texts. */
export function extractionRow(rows: number, seconds: BenchRow['seconds']): BenchRow {
  return { what: 'extraction', size: `${rows.toLocaleString('en')} rows`, amount: rows, unit: 'rows', seconds };
}

/** @param rounds the same row, once each round, at least once. */
export function joinRounds(rounds: readonly BenchRow[]): {
  row: BenchRow;
  spreads: Record<string, ReturnType<typeof spreadOf>>;
} {
  const sides = Object.keys(rounds[0].seconds);
  const spreads = Object.fromEntries(
    sides.map((side) => [side, spreadOf(rounds.map(({ seconds }) => seconds[side]).filter(Number.isFinite))]),
  );
  return { row: rounds[0], spreads };
}

const heads = ['work', 'size', 'Winnow', 'throughput', 'of the bound', 'beside', 'ratio'];

/** As a Markdown table: medians, quartiles in brackets where there are several rounds. */
export function benchTable(joined: readonly ReturnType<typeof joinRounds>[]): string {
  const lines = joined.map(({ row, spreads }) => {
    const { [own]: mine, [bound]: least, ...beside } = spreads;
    const others = Object.entries(beside);
    const memory = (side: string): string => (row.bytes?.[side] ? `, ${gigabytes(row.bytes[side])}` : '');
    return [
      row.what,
      row.size,
      inWords(mine) + memory(own),
      `${Number((row.amount / mine.median).toPrecision(3)).toLocaleString('en')} ${row.unit}/s`,
      least ? `${Math.round((100 * least.median) / mine.median)} % (${row.bound})` : '',
      others.map(([side, spread]) => `${side} ${inWords(spread)}${memory(side)}`).join('; '),
      others.map(([, { median }]) => `${(median / mine.median).toFixed(2)} ×`).join('; '),
    ];
  });
  return [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function inWords({ median, lower, upper, samples }: ReturnType<typeof spreadOf>): string {
  const range = samples.length > 1 ? ` (${time(lower)}–${time(upper)})` : '';
  return `${time(median)} s${range}`;
}

function time(seconds: number): string {
  return seconds >= 100 ? seconds.toFixed(0) : seconds >= 0.1 ? seconds.toFixed(2) : seconds.toPrecision(2);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
