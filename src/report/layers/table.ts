/** Score by layer as a table; comparing results adds columns, differences included. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { dash, differenceText, integer, scoreText, scoreTitles } from '../format.ts';
import type { LayerResult } from './answer.ts';
import { meanOf } from '../scores.ts';
import type { Cell, Column, Table } from '../table.ts';
import type { Score } from '../../run/run-file.ts';

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
        row.push(layerScoreCell(score, metric));
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
    row.push(layerScoreCell(score, metric));
    if (runs.length === 1) row.push(deviationCell(score, metric));
    else if (run !== first && first)
      row.push(differenceCell(score, meanOf(first.result.oracle, split, metric), metric));
  }
  return row;
}

function layerScoreCell(score: Score | undefined, metric: ScoreName): Cell {
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
