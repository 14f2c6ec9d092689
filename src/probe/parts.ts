/** What a run of layer probes is given: three parts of the data and the options, checked before anything is trained. */
import type { Activations } from '../activations/matrix.ts';
import { WinnowError } from '../base/errors.ts';
import type { PartTexts } from '../data/part-texts.ts';
import { splits, type Split } from '../data/scores.ts';
import type { ScoreName } from '../data/tasks.ts';
import type { TrainingLog } from './training-log.ts';

/** One part of the data: rows and their class numbers (−1: a label that train does not have) or scores. */
export interface ProbePart {
  activations: Activations;
  labels: Int32Array | Float32Array;
  /** Where rows are words: the word type of each, an index into `vocabulary`. */
  types?: Int32Array;
  /** What the rows say; absent where nobody asks. */
  texts?: PartTexts;
}

export interface ProbeParts {
  train: ProbePart;
  dev: ProbePart;
  test: ProbePart;
  /** Where rows are words: the different words of all parts. */
  vocabulary?: readonly string[];
}

export interface ProbeOptions {
  /** null: regression. */
  classes: number | null;
  protocol: 'paper' | 'refined';
  seeds: readonly number[];
  /** How often all rows are seen; the most where training stops early. */
  epochs: number;
  /** Training ends after so many epochs without a better one by dev loss; absent: it takes all epochs. */
  patience?: number;
  /** Told of every training. */
  log?: TrainingLog;
  batchSize: number;
  learningRate: number;
  lambda1: number;
  lambda2: number;
  metrics: readonly ScoreName[];
  /** The score that is also kept for the rows of each class alone; absent: none is. */
  metric?: ScoreName;
}

/** @throws WinnowError `bad-data` for a part without rows, `internal` where labels do not fit rows or classes. */
export function checkParts(parts: ProbeParts, { classes }: ProbeOptions): void {
  for (const split of splits) {
    const { activations, labels } = parts[split];
    if (activations.rows === 0) {
      const message = `The ${split} part has no rows.`;
      throw new WinnowError('bad-data', message, 'Use more rows, or add the file that is missing.');
    }
    const wrong = labels.findIndex((label) => !fits(label, classes, split));
    if (labels.length === activations.rows && wrong < 0) continue;
    const found = wrong < 0 ? `${labels.length} labels` : `label ${labels[wrong]} in row ${wrong + 1}`;
    const message = `The ${split} part has ${activations.rows} rows of ${classes ?? 'no'} classes, but ${found}.`;
    throw new WinnowError('internal', message, 'This is a fault in Winnow: please report it with the files you used.');
  }
}

function fits(label: number, classes: number | null, split: Split): boolean {
  if (classes === null) return Number.isFinite(label);
  return Number.isInteger(label) && label >= (split === 'train' ? 0 : -1) && label < classes;
}

/**
 * Whether the train labels can teach anything.
 * @param names labels as the data has them, for the sentence.
 * @throws WinnowError `bad-data` for one class or score only, or fewer rows than classes.
 */
export function checkClasses(
  labels: Int32Array | Float32Array,
  { classes }: ProbeOptions,
  names?: readonly string[],
): void {
  const next = 'Use more rows, or another data file.';
  if (classes !== null && labels.length < classes) {
    const message = `The train part has ${labels.length} ${labels.length === 1 ? 'row' : 'rows'} for ${classes} classes: at least one row a class is needed.`;
    throw new WinnowError('bad-data', message, next);
  }
  if (labels.some((label) => label !== labels[0])) return;
  const name = names?.[labels[0]] ?? String(labels[0]);
  const what = classes === null ? `score ${labels[0]}` : `label \`${name}\``;
  const message = `All ${labels.length} train rows have the ${what}: there is nothing to tell apart.`;
  throw new WinnowError('bad-data', message, next);
}
