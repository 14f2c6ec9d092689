/** What classifiers are trained on to be timed: how many features, rows and classes, so that all of it takes moments. */
import { WinnowError } from '../base/errors.ts';
import { operationsARow } from '../probe/operations.ts';

/** How one classifier is trained. */
export interface ClassifierSize {
  features: number;
  rows: number;
  /** null: regression. */
  classes: number | null;
}

/** What the paper's figure of training time was measured on (Dalvi et al. 2020, §7): made numbers will do. */
export interface MadeSizes {
  features: readonly number[];
  rows: number;
  classes: number;
  epochs: number;
}

export const publishedSizes: MadeSizes = { features: [9984], rows: 100_000, classes: 2, epochs: 10 };

const bounds = {
  features: [1, 2 ** 16],
  rows: [1, 2 ** 31 - 1],
  classes: [2, 10_000],
  epochs: [1, 10_000],
} as const;

/** @throws WinnowError `bad-option` for numbers that no classifier can have, or none with so little memory. */
export function checkMadeSizes({ features, ...counts }: MadeSizes): void {
  const named = Object.entries(counts) as [keyof typeof counts, number][];
  const all = [...features.map((size) => ['features', size] as const), ...named];
  const wrong = all.find(([name, value]) => {
    const [fewest, largest] = bounds[name];
    return !Number.isInteger(value) || value < fewest || value > largest;
  });
  if (features.length > 0 && wrong === undefined) return;
  const [name, value] = wrong ?? ['features', 'none'];
  const [fewest, largest] = bounds[name];
  const message = `Of ${name} of made numbers there are ${value}; there must be from ${fewest} to ${largest}.`;
  throw new WinnowError('bad-option', message, 'Correct it and start again.');
}

/** Between two neighbours of the grid, where the run has no answer. */
const step = 4;

/** Sizes of the run's answers and powers of 4 up to all, ascending. @param all neurons of the model. */
export function featureSizes(answers: readonly number[], all: number): number[] {
  const sizes = new Set(answers.filter((size) => size >= 1 && size <= all));
  for (let size = 1; size < all; size *= step) sizes.add(size);
  return [...sizes.add(all)].sort((a, b) => a - b);
}

/** Operations of the largest training, bytes of its rows, and rows enough in any case. */
const most = { operations: 2e10, bytes: 2 ** 27, rows: 4096 } as const;

/** Rows that are trained on: as many as are quick, for time grows with them. @param rows there are. */
export function trainedRows(
  rows: number,
  { all, classes, epochs, batchSize }: { all: number; classes: number | null; epochs: number; batchSize: number },
): number {
  const operations = operationsARow(all, all * (classes ?? 1)) * epochs;
  const quick = Math.min(most.rows, most.operations / operations, most.bytes / (4 * all));
  // Whole batches, one at the least.
  return Math.min(rows, batchSize * Math.max(1, Math.floor(quick / batchSize)));
}

const otherClasses = [2, 10];

/** Every classifier of a run: by features, then with all features by rows and by classes. */
export function classifierSizes(
  answers: readonly number[],
  { all, rows, classes }: { all: number; rows: number; classes: number | null },
): ClassifierSize[] {
  const few = Math.ceil(rows / step);
  const byRows = [few, Math.ceil(rows / 2)].filter((some) => some < rows);
  const byClasses = classes === null ? [] : otherClasses.filter((count) => count !== classes && count <= few);
  return [
    ...featureSizes(answers, all).map((features) => ({ features, rows, classes })),
    ...byRows.map((some) => ({ features: all, rows: some, classes })),
    ...byClasses.map((count) => ({ features: all, rows: few, classes: count })),
  ];
}
