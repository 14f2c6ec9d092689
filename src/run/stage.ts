/**
 * What a stage of a run is called, in which unit it counts and what it costs. Page, command line, progress bar and
 * estimate read the same record.
 */
import type { RunFile } from './schema.ts';

export interface Stage {
  /** In `timings` of the run file. */
  readonly name: string;
  /** What it does, as the page and the command line say it. */
  readonly title: string;
  /** What its progress counts. */
  readonly unit: string;
  /** Weight in the per cent of a whole run. */
  readonly share: number;
}

/** A stage that arithmetic dominates, so that its time can be estimated. */
export interface CostedStage extends Stage {
  /** Floating-point operations; a multiplication and an addition are two. */
  readonly operations: (load: Workload) => number;
  /** Operations a second before this browser has learned its own, measured on two cores of a server. */
  readonly rate: (place: Pick<RunFile['device'], 'backend' | 'threads'>) => number;
}

/** What the operations of a run depend on. */
export interface Workload {
  /** Transformer layers; the embeddings are one more. */
  layers: number;
  hidden: number;
  intermediate: number;
  /** Classes, or 1 for regression. */
  outputs: number;
  /** Mean tokens a sentence. */
  tokens: number;
  /** Sentences that go through the encoder, and rows (sentences or words) that everything else reads. */
  rows: { extracted: number; analysed: number };
  protocol: RunFile['protocol'];
  seeds: number;
  epochs: number;
  /** Pairs of deltas times thresholds. */
  answers: number;
  sweep: boolean;
  maxFeatures: boolean;
}

/** A rate that does not depend on threads. @param rates operations a second. */
export function startRate(rates: Record<RunFile['device']['backend'], number>): CostedStage['rate'] {
  return ({ backend }) => rates[backend];
}
