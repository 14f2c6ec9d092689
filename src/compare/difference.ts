/**
 * How much better or worse a result is than another on the test part: by McNemar's exact test, row by row, where both hold
 * what their full probes predict for the same rows; else by the intervals of both scores, as if of different rows.
 */
import { bytesFromBase64 } from '../base/base64.ts';
import { mcnemarExact } from '../base/binomial.ts';
import type { ScoreName } from '../data/tasks.ts';
import type { SeedComparison } from '../measures/mcnemar/field.ts';
import type { Predictions } from '../measures/predictions/field.ts';
import { meanOf } from '../report/scores.ts';
import {
  measuredScore,
  pairedInterval,
  testInterval,
  unpairedInterval,
  type Interval,
} from '../report/verdict/intervals.ts';
import { pairedOutcome, type PairedOutcome } from '../report/verdict/paired.ts';
import { weightsOf, taskOf, type ComparedRun } from './run.ts';

export interface Difference {
  /** What it is held against. */
  base: ComparedRun;
  score: ScoreName;
  /** This result's score less that of the base. */
  mean: number;
  /** At 95 %; null where a file lacks the number of rows. */
  interval: Interval | null;
  /** Null where rows cannot be paired. */
  test: PairedOutcome | null;
  /** Why not; empty where they are. */
  unpaired: string;
}

/**
 * The result that one is held against: the base, or on another task the result of the base's model with the same protocol.
 * Null where there is none, or the result is itself the base of its task.
 */
export function baseOf(run: ComparedRun, runs: readonly ComparedRun[], base: ComparedRun): ComparedRun | null {
  const task = taskOf(run);
  if (task === null) return null;
  const same = (other: ComparedRun): boolean => taskOf(other) === task;
  const ofModel = runs.filter(
    (other) =>
      same(other) && weightsOf(other) === weightsOf(base) && other.analysis.protocol === base.analysis.protocol,
  );
  const found = same(base) ? base : ofModel[0];
  return found === undefined || found === run ? null : found;
}

/** Null where one of the two has no such score. */
export function differenceTo(run: ComparedRun, base: ComparedRun): Difference | null {
  const score = measuredScore(run.analysis);
  const [own, other] = [run, base].map(({ analysis }) => meanOf(analysis.oracle, 'test', score));
  if (own === null || other === null) return null;
  const pairs = pairedSeeds(run, base);
  const test = typeof pairs === 'string' ? null : pairedOutcome(pairs);
  const rows = run.analysis.instances?.test ?? 0;
  if (test !== null) {
    const mean = (test.onlyOther - test.onlyOracle) / rows;
    return { base, score, mean, interval: pairedInterval(test.onlyOther, test.onlyOracle, rows), test, unpaired: '' };
  }
  const [ofOwn, ofOther] = [run, base].map(({ analysis }) => testInterval(analysis.oracle, analysis));
  const interval = ofOwn && ofOther && unpairedInterval(own, ofOwn, other, ofOther);
  return { base, score, mean: own - other, interval, test, unpaired: typeof pairs === 'string' ? pairs : '' };
}

/** Seed by seed, as far as both have predictions: the base stands where the oracle stands elsewhere. A string: why not. */
function pairedSeeds(run: ComparedRun, base: ComparedRun): SeedComparison[] | string {
  if (run.analysis.classes === null) return 'a correlation has no rows that are right or wrong';
  const [own, other] = [run.analysis.predictions, base.analysis.predictions];
  const lacking = [
    { of: run, predictions: own },
    { of: base, predictions: other },
  ].find(({ predictions }) => predictions === null || predictions.predicted.length === 0);
  if (own === null || other === null || lacking) return `${lacking?.of.title ?? ''} holds no predictions`;
  if (own.sha256 !== other.sha256 || own.rows !== other.rows) return 'the test rows differ';
  if (!sameLabels(run, base)) return 'the classes have other names';
  const [ownRight, otherRight] = [rightRows(own), rightRows(other)];
  return ownRight.slice(0, otherRight.length).map((right, seed) => compared(otherRight[seed], right));
}

function sameLabels(run: ComparedRun, base: ComparedRun): boolean {
  const [own, other] = [run, base].map(({ source }) => (source.kind === 'run' ? source.run.data.labels : []));
  return own.length === other.length && own.every((label, index) => label === other[index]);
}

/** By seed, 1 for a row that is right. */
export function rightRows({ rows, width, labels, predicted }: Predictions): Uint8Array[] {
  const gold = numbersOf(labels, width);
  return predicted.map((text) => {
    const found = numbersOf(text, width);
    return Uint8Array.from({ length: rows }, (_, row) => (found[row] === gold[row] ? 1 : 0));
  });
}

function numbersOf(text: string, width: Predictions['width']): Uint8Array | Uint16Array {
  const bytes = bytesFromBase64(text) ?? new Uint8Array(0);
  return width === 1 ? bytes : new Uint16Array(bytes.buffer, 0, Math.floor(bytes.length / 2));
}

function compared(base: Uint8Array, own: Uint8Array): SeedComparison {
  const onlyOracleRight = base.filter((right, row) => right > own[row]).length;
  const onlyReducedRight = base.filter((right, row) => right < own[row]).length;
  return { onlyOracleRight, onlyReducedRight, p: mcnemarExact(onlyOracleRight, onlyReducedRight) };
}
