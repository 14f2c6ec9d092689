/** What classifiers are trained on to be timed: how many features, rows and classes, so that all of it takes moments. */
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
