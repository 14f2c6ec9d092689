/** What a result says about one neuron: its fate, its weights by class, and rows that it holds of it. */
import type { LeadingRows, NeuronRows } from '../../measures/neuron-rows/field.ts';
import type { Analysis } from '../analysis.ts';
import { decimal, integer } from '../format.ts';
import { missingCell, numberColumn, textCell, textColumn, type Cell, type Table } from '../table.ts';
import type { NeuronAnswer } from './question.ts';
import { weightCell } from './ranking.ts';

/** Classes that are shown; of more, those with the largest weights. */
const classesShown = 8;

/**
 * Weight by class in the answer's probe, as far as the file holds it, and in the probe on all neurons.
 * @param oracle of each class; null where the run is not held.
 */
export function weightTable(
  { labels }: Pick<Analysis, 'labels'>,
  answer: NeuronAnswer,
  neuron: number,
  oracle: readonly number[] | null,
): Table | null {
  const leaders = answer.kind === 'open' ? [] : (answer.entry.leaders ?? []);
  const classes = Math.max(leaders.length, oracle?.length ?? 0);
  if (classes === 0) return null;
  const ranked = answer.kind !== 'open' && answer.entry.ordering.includes(neuron);
  const rows = Array.from({ length: classes }, (_, k) => {
    const own = leaders[k];
    const size = own?.weights[own.neurons.indexOf(neuron)] as number | undefined;
    return { label: labels[k] ?? 'score', size, full: oracle?.[k] };
  });
  rows.sort((a, b) => Math.abs(b.full ?? b.size ?? 0) - Math.abs(a.full ?? a.size ?? 0));
  const sizeCell = (size: number | undefined): Cell => {
    if (size !== undefined) return weightCell(size);
    if (!ranked) return missingCell('This answer’s probe does not read the neuron.');
    return missingCell(`Not among the ${integer(leaders[0]?.neurons.length ?? 0)} largest of this label.`);
  };
  return {
    columns: [
      textColumn(labels.length > 0 ? 'label' : ''),
      ...(leaders.length > 0 ? [numberColumn('|w| here')] : []),
      ...(oracle ? [numberColumn('w, all neurons')] : []),
    ],
    rows: rows
      .slice(0, classesShown)
      .map(({ label, size, full }) => [
        textCell(label),
        ...(leaders.length > 0 ? [sizeCell(size)] : []),
        ...(full === undefined ? [] : [{ value: full, text: decimal(full) }]),
      ]),
  };
}

/** What the file holds of a neuron's rows; null: nothing. */
export function storedRows(
  stored: LeadingRows | null,
  neuron: number,
): { split: LeadingRows['split']; rows: NeuronRows } | null {
  const rows = stored?.neurons.find((entry) => entry.neuron === neuron);
  return stored && rows ? { split: stored.split, rows } : null;
}

/** How far a value lies from the mean, −1 … 1: three deviations are the end of the scale. */
export function shadeOfValue(value: number, { mean, deviation }: Pick<NeuronRows, 'mean' | 'deviation'>): number {
  if (deviation === 0) return 0;
  return Math.max(-1, Math.min(1, (value - mean) / (3 * deviation)));
}
