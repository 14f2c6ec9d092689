/**
 * The numbers behind each figure as plain tables: what the page shows under a figure and what the CSV holds. A cell keeps
 * its full value beside its text; null values say why they are missing. Comparing runs adds columns, differences included.
 */
import type { ScoreName } from '../data/tasks.ts';
import { constantLayers, meanOf, type LayerResult, type Split } from './answer.ts';
import { byteSize, dash, decimal, differenceText, duration, integer, scoreText, scoreTitles } from './format.ts';
import type { RunFile, Score } from '../run/run-file.ts';

export interface Cell {
  /** Full precision; null when there is no such number. */
  value: number | string | null;
  text: string;
  /** Why the value is missing, for the hover and the table. */
  why?: string;
}

export interface Column {
  title: string;
  numeric: boolean;
}

export interface Table {
  columns: Column[];
  rows: Cell[][];
}

/** A run with the name it has on the page. */
export interface NamedResult {
  title: string;
  result: LayerResult;
}

const undefinedScore = 'Not defined: a correlation needs predictions that differ.';

/**
 * Score by layer: a row a layer, then the oracle. One run: single and concatenated probes with deviations; several: the means
 * of every run, and the difference of each to the first.
 */
export function layerTable(runs: readonly NamedResult[], split: Split, metric: ScoreName): Table {
  const first = runs[0];
  if (!first) return { columns: [], rows: [] };
  const columns: Column[] = [{ title: 'layer', numeric: true }];
  const compared = runs.length > 1;
  for (const run of runs) {
    const prefix = compared ? `${run.title}: ` : '';
    for (const kind of ['single', 'concatenated']) {
      columns.push({ title: `${prefix}${kind}`, numeric: true });
      if (!compared) columns.push({ title: `${kind} ±`, numeric: true });
      else if (run !== first) columns.push({ title: `${prefix}${kind}, difference`, numeric: true });
    }
  }
  const count = Math.max(...runs.map((run) => run.result.individual.length));
  const rows: Cell[][] = [];
  for (let layer = 0; layer < count; layer++) {
    const row: Cell[] = [{ value: layer, text: integer(layer) }];
    for (const run of runs) {
      for (const kind of ['individual', 'concatenated'] as const) {
        const score = run.result[kind][layer]?.[split][metric];
        const base = first.result[kind][layer];
        row.push(scoreCell(score, metric));
        if (!compared) row.push(deviationCell(score, metric));
        else if (run !== first) row.push(differenceCell(score, base ? meanOf(base, split, metric) : null, metric));
      }
    }
    rows.push(row);
  }
  rows.push(oracleRow(runs, split, metric));
  return { columns, rows };
}

function oracleRow(runs: readonly NamedResult[], split: Split, metric: ScoreName): Cell[] {
  const row: Cell[] = [{ value: 'all (oracle)', text: 'all (oracle)' }];
  const first = runs[0];
  for (const run of runs) {
    const score = run.result.oracle[split][metric];
    const none: Cell = { value: null, text: dash, why: 'The oracle sees all layers; it has no single-layer score.' };
    row.push(none);
    if (runs.length === 1) row.push(none);
    else if (run !== first) row.push(none);
    row.push(scoreCell(score, metric));
    if (runs.length === 1) row.push(deviationCell(score, metric));
    else if (run !== first && first)
      row.push(differenceCell(score, meanOf(first.result.oracle, split, metric), metric));
  }
  return row;
}

function scoreCell(score: Score | undefined, metric: ScoreName): Cell {
  if (!score) return { value: null, text: dash, why: `This run has no ${scoreTitles[metric]} here.` };
  return {
    value: score.mean,
    text: scoreText(score.mean, metric),
    ...(score.mean === null ? { why: undefinedScore } : {}),
  };
}

function deviationCell(score: Score | undefined, metric: ScoreName): Cell {
  if (score && score.seeds.length < 2) return { value: null, text: dash, why: 'One seed has no deviation.' };
  const deviation = score?.deviation ?? null;
  if (deviation === null) return { value: null, text: dash, why: undefinedScore };
  return { value: deviation, text: scoreText(deviation, metric) };
}

function differenceCell(score: Score | undefined, base: number | null, metric: ScoreName): Cell {
  const value = score?.mean ?? null;
  if (value === null || base === null) return { value: null, text: dash, why: 'One of the two scores is missing.' };
  return { value: value - base, text: differenceText(value - base, metric) };
}

/** CKA between layers, a row a layer. */
export function similarityTable(matrix: readonly (readonly (number | null)[])[]): Table {
  const constant = new Set(constantLayers(matrix));
  return {
    columns: [
      { title: 'layer', numeric: true },
      ...matrix.map((_, layer) => ({ title: String(layer), numeric: true })),
    ],
    rows: matrix.map((values, layer) => [
      { value: layer, text: integer(layer) },
      ...values.map((value, other): Cell => {
        if (value !== null) return { value, text: decimal(value) };
        const which = constant.has(layer) ? layer : other;
        return { value: null, text: dash, why: `Layer ${which} is the same vector in every row: it has no CKA.` };
      }),
    ]),
  };
}

/** The time of each stage. */
export function timingTable(run: RunFile): Table {
  return {
    columns: [
      { title: 'stage', numeric: false },
      { title: 'time', numeric: true },
      { title: 'rows', numeric: true },
      { title: 'time a row', numeric: true },
    ],
    rows: run.timings.map((timing) => {
      const each = timing.rows ? timing.ms / timing.rows : null;
      const none: Cell = { value: null, text: dash, why: 'This stage does not go row by row.' };
      return [
        { value: timing.stage, text: timing.stage },
        { value: timing.ms, text: duration(timing.ms) },
        timing.rows === undefined ? none : { value: timing.rows, text: integer(timing.rows) },
        each === null ? none : { value: each, text: `${each.toFixed(2)}\u202fms` },
      ];
    }),
  };
}

/** The files that went in. */
export function filesTable(run: RunFile): Table {
  return {
    columns: [
      { title: 'role', numeric: false },
      { title: 'file', numeric: false },
      { title: 'size', numeric: true },
      { title: 'SHA-256', numeric: false },
    ],
    rows: [
      [
        { value: 'model', text: 'model' },
        { value: run.model.name, text: run.model.name },
        { value: null, text: dash, why: 'The run file does not keep the size of the weights.' },
        { value: run.model.sha256, text: run.model.sha256 },
      ],
      ...run.data.files.map((file): Cell[] => [
        { value: file.role, text: file.role },
        { value: file.name, text: file.name },
        { value: file.bytes, text: byteSize(file.bytes) },
        { value: file.sha256, text: file.sha256 },
      ]),
    ],
  };
}
