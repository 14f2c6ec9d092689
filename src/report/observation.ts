/**
 * A result's scores as a tidy table: one row an observation, that is one score of one probe with one seed. Columns that do
 * not apply are empty; scores are fractions or correlations, c is a cluster threshold (−1: no clustering), losses are in
 * per cent.
 */
import { bySplit, splits, type Score, type Scores, type Split } from '../data/scores.ts';
import { missingCell, numberColumn, numberColumns, textCell, textColumn, type Cell, type Table } from './table.ts';

export interface Observation {
  part: Split | '';
  metric: string;
  /** Of the probe, or the first of a pair. */
  layer?: number;
  /** What was measured, "individual" for instance; hyphens between words. */
  kind: string;
  seed?: number | null;
  value: number | null;
  otherLayer?: number;
  /** How many the probe sees. */
  neurons?: number;
  c?: number;
  layersLoss?: number;
  neuronsLoss?: number;
}

/** What all observations of one set of scores share. */
export type Setting = Omit<Observation, 'part' | 'metric' | 'seed' | 'value'>;

/** A row a seed; the mean without a seed where a file holds only that. */
export function seedObservations(
  score: Score,
  seeds: readonly number[],
  of: Setting & Pick<Observation, 'part' | 'metric'>,
): Observation[] {
  if (score.seeds.length === 0) return [{ ...of, seed: null, value: score.mean }];
  return score.seeds.map((value, index) => ({ ...of, seed: seeds[index] ?? null, value }));
}

export function scoreObservations(
  scores: Scores,
  seeds: readonly number[],
  part: Split,
  setting: Setting,
): Observation[] {
  return Object.entries(scores).flatMap(([metric, score]) =>
    seedObservations(score, seeds, { ...setting, part, metric }),
  );
}

/** Of all parts that there are. */
export function splitObservations(
  scores: Partial<Record<Split, Scores>>,
  seeds: readonly number[],
  setting: Setting,
): Observation[] {
  const found = bySplit((part) => scores[part]);
  return splits.flatMap((part) => scoreObservations(found[part] ?? {}, seeds, part, setting));
}

/** A number a pair of layers, each pair once; null where a layer is constant. */
export function pairObservations(
  values: readonly (readonly (number | null)[])[],
  metric: string,
  kind: string,
): Observation[] {
  return values.flatMap((row, layer) =>
    row.slice(layer).map((value, step): Observation => {
      return { part: 'train', metric, layer, kind, value, otherLayer: layer + step };
    }),
  );
}

/** @param run the name of the run in every row. */
export function observationTable(run: string, observations: readonly Observation[]): Table {
  return {
    columns: [
      ...['run', 'part', 'metric'].map(textColumn),
      numberColumn('layer'),
      textColumn('kind'),
      ...numberColumns('seed', 'value', 'other_layer', 'neurons', 'c', 'layers_loss', 'neurons_loss'),
    ],
    rows: observations.map((one) => [
      ...[run, one.part, one.metric].map(textCell),
      numberCell(one.layer),
      textCell(one.kind),
      ...[one.seed, one.value, one.otherLayer, one.neurons, one.c, one.layersLoss, one.neuronsLoss].map(numberCell),
    ]),
  };
}

function numberCell(value: number | null | undefined): Cell {
  return value == null ? missingCell('This does not apply.') : { value, text: String(value) };
}
