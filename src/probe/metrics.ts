/**
 * Scores of predictions (protocols.md §3), as scikit-learn and SciPy compute them. All are fractions or correlations;
 * null is a score that is not defined: the correlation of a constant.
 */
import { sampleCorrelation, sampleRankCorrelation } from 'simple-statistics';
import type { ScoreName } from '../data/tasks.ts';
import type { Score } from '../run/run-file.ts';

/** The scores that a task with this many classes has; null classes is regression. */
export function scoresFor(classes: number | null): ScoreName[] {
  if (classes === null) return ['pearson', 'spearman', 'pearson_spearman'];
  if (classes === 2) return ['accuracy', 'f1', 'macro_f1', 'matthews_corrcoef', 'accuracy_f1'];
  return ['accuracy', 'macro_f1', 'matthews_corrcoef'];
}

/**
 * Every named score of predictions against gold labels (class numbers) or gold scores, equally many and at least one.
 */
export function evaluate(
  names: readonly ScoreName[],
  gold: ArrayLike<number>,
  predicted: ArrayLike<number>,
): Map<ScoreName, number | null> {
  const table = names.every(isCorrelation) ? null : new Confusion(gold, predicted);
  return new Map(names.map((name) => [name, compute(name, gold, predicted, table)]));
}

/** Mean and population deviation over seeds; undefined as soon as one seed's score is. */
export function summarise(seeds: readonly (number | null)[]): Score {
  const values = seeds.filter((value) => value !== null);
  if (values.length < seeds.length || values.length === 0) return { mean: null, deviation: null, seeds: [...seeds] };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance), seeds: [...seeds] };
}

function isCorrelation(name: ScoreName): boolean {
  return name === 'pearson' || name === 'spearman' || name === 'pearson_spearman';
}

function compute(
  name: ScoreName,
  gold: ArrayLike<number>,
  predicted: ArrayLike<number>,
  table: Confusion | null,
): number | null {
  switch (name) {
    case 'accuracy':
      return table!.accuracy();
    case 'f1':
      return table!.f1(1);
    case 'macro_f1':
      return table!.macroF1();
    case 'matthews_corrcoef':
      return table!.matthews();
    case 'accuracy_f1':
      return (table!.accuracy() + table!.f1(1)) / 2;
    case 'pearson':
      return pearson(gold, predicted);
    case 'spearman':
      return spearman(gold, predicted);
    case 'pearson_spearman':
      return meanOf(pearson(gold, predicted), spearman(gold, predicted));
    default:
      return name satisfies never;
  }
}

function meanOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : (a + b) / 2;
}

/** Pearson's r; null for fewer than two values or a constant. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (isConstant(x) || isConstant(y)) return null;
  return bounded(sampleCorrelation(Array.from(x), Array.from(y)));
}

/** Spearman's ρ with average ranks for ties; null for fewer than two values or a constant. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (isConstant(x) || isConstant(y)) return null;
  return bounded(sampleRankCorrelation(Array.from(x), Array.from(y)));
}

/** Rounding may carry a perfect correlation past 1. */
function bounded(r: number): number {
  return Math.max(-1, Math.min(1, r));
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Counts of gold against predicted class, over the classes that occur in either. */
class Confusion {
  readonly #rows: number;
  readonly #right = new Map<number, number>();
  readonly #gold = new Map<number, number>();
  readonly #predicted = new Map<number, number>();

  constructor(gold: ArrayLike<number>, predicted: ArrayLike<number>) {
    this.#rows = gold.length;
    for (let row = 0; row < gold.length; row++) {
      count(this.#gold, gold[row]);
      count(this.#predicted, predicted[row]);
      if (gold[row] === predicted[row]) count(this.#right, gold[row]);
    }
  }

  #allRight(): number {
    let all = 0;
    for (const right of this.#right.values()) all += right;
    return all;
  }

  accuracy(): number {
    return this.#allRight() / this.#rows;
  }

  /** 0 where neither gold nor prediction has the class (scikit-learn's `zero_division=0`). */
  f1(label: number): number {
    const found = (this.#gold.get(label) ?? 0) + (this.#predicted.get(label) ?? 0);
    return found === 0 ? 0 : (2 * (this.#right.get(label) ?? 0)) / found;
  }

  macroF1(): number {
    const labels = this.#labels();
    return labels.reduce((sum, label) => sum + this.f1(label), 0) / labels.length;
  }

  /** Gorodkin's multi-class form; 0 where a denominator is 0. */
  matthews(): number {
    let both = 0;
    let golds = 0;
    let predictions = 0;
    for (const label of this.#labels()) {
      const gold = this.#gold.get(label) ?? 0;
      const predicted = this.#predicted.get(label) ?? 0;
      both += gold * predicted;
      golds += gold * gold;
      predictions += predicted * predicted;
    }
    const all = this.#rows ** 2;
    const denominator = (all - golds) * (all - predictions);
    return denominator === 0 ? 0 : (this.#allRight() * this.#rows - both) / Math.sqrt(denominator);
  }

  #labels(): number[] {
    return [...new Set([...this.#gold.keys(), ...this.#predicted.keys()])];
  }
}

function count(counts: Map<number, number>, label: number): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}
