/** Score by layer as a table; comparing results adds columns, differences included. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { differenceText, scoreTitles } from '../format.ts';
import type { LayerResult } from './answer.ts';
import { countCell, missingCell, numberColumns, scoreCell, textCell, type Cell, type Table } from '../table.ts';
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
  const compared = runs.length > 1;
  const titles = runs.flatMap((run) =>
    ['single', 'concatenated'].flatMap((kind) => {
      if (!compared) return [kind, `${kind}, deviation`];
      const title = `${run.title}: ${kind}`;
      return run === first ? [title] : [title, `${title}, difference`];
    }),
  );
  /** Of every run the single and the concatenated probe. */
  const cells = (scoreOf: (result: LayerResult, kind: Kind) => Score | undefined | null): Cell[] =>
    runs.flatMap((run) =>
      kinds.flatMap((kind) => {
        const score = scoreOf(run.result, kind);
        const none = missingCell('The oracle sees all layers; it has no single-layer score.');
        const cell = score === null ? none : layerScoreCell(score, metric);
        if (compared && run === first) return [cell];
        if (score === null) return [cell, none];
        const base = scoreOf(first.result, kind)?.mean ?? null;
        return [cell, compared ? differenceCell(score, base, metric) : deviationCell(score, metric)];
      }),
    );
  const count = Math.max(...runs.map((run) => run.result.individual.length));
  const layers = Array.from({ length: count }, (_, layer) => [
    countCell(layer),
    ...cells((result, kind) => result[kind][layer]?.[split][metric]),
  ]);
  const oracle = cells(({ oracle: scores }, kind) => (kind === 'individual' ? null : scores[split][metric]));
  return { columns: numberColumns('layer', ...titles), rows: [...layers, [textCell('all (oracle)'), ...oracle]] };
}

type Kind = (typeof kinds)[number];
const kinds = ['individual', 'concatenated'] as const;

function layerScoreCell(score: Score | undefined, metric: ScoreName): Cell {
  if (!score) return missingCell(`This run has no ${scoreTitles[metric]} here.`);
  return scoreCell(score.mean, metric, undefinedScore);
}

function deviationCell(score: Score | undefined, metric: ScoreName): Cell {
  if (score && score.seeds.length < 2) return missingCell('One seed has no deviation.');
  return scoreCell(score?.deviation, metric, undefinedScore);
}

function differenceCell(score: Score | undefined, base: number | null, metric: ScoreName): Cell {
  const value = score?.mean ?? null;
  if (value === null || base === null) return missingCell('One of the two scores is missing.');
  return { value: value - base, text: differenceText(value - base, metric) };
}
