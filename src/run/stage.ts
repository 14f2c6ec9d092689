/**
 * What a stage of a run is called, in which unit it counts and what it costs. Page, command line, progress bar and
 * estimate read the same record.
 */
import type { RunFile } from './schema.ts';

/** The stages of a run, in its order; a run file names no other. */
export const stageNames = [
  ...([
    'read',
    'tokenize',
    'extract',
    'probes',
    'products',
    'predictions',
    'usable-information',
    'similarity',
    'geometry',
    'mutual-neighbours',
    'intrinsic-dimension',
    'procrustes',
    'selectivity',
    'code-length',
    'clusters',
  ] as const),
  ...(['selection', 'ablation', 'probeless', 'mcnemar', 'top-words', 'neuron-rows', 'leave-out', 'timing'] as const),
] as const;
export type StageName = (typeof stageNames)[number];

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

/** What a machine does, each at a rate of its own. */
export const workKinds = ['bytes', 'openings', 'encoding', 'training', 'batches', 'products'] as const;
export type WorkKind = (typeof workKinds)[number];

/**
 * Bytes of files that are hashed, and models opened; floating-point operations (a multiplication and an addition are two)
 * of the encoder, of training probes and of products of neurons over rows; batches, for each costs something however
 * small it is.
 */
export type Work = Partial<Record<WorkKind, number>>;

/** Each kind's units a second, and the epochs that a probe took on a few rows until it stopped; absent: not tried. */
export type Rates = Record<WorkKind, number> & { epochs?: number };

/** An operation in plain JavaScript takes as long as so many of a product. */
export const plainCost = 60;

/** A stage that arithmetic dominates, so that its time can be estimated. */
export interface CostedStage extends Stage {
  readonly name: StageName;
  readonly operations: (load: Workload) => Work;
}

export function secondsOf(work: Work, rates: Rates): number {
  return workKinds.reduce((sum, kind) => sum + (work[kind] ?? 0) / rates[kind], 0);
}

/** What a stage of a run will take. */
export interface Expectation {
  seconds: number;
  /** On which most of them are spent; null: on none. */
  kind: WorkKind | null;
}

export function expectationOf(work: Work, rates: Rates): Expectation {
  const secondsOn = (kind: WorkKind): number => (work[kind] ?? 0) / rates[kind];
  const seconds = secondsOf(work, rates);
  const kind = workKinds.reduce((most, other) => (secondsOn(other) > secondsOn(most) ? other : most));
  return { seconds, kind: seconds > 0 ? kind : null };
}

/** What the operations of a run depend on. */
export interface Workload {
  /** Transformer layers; the embeddings are one more. */
  layers: number;
  hidden: number;
  /** Classes, or 1 for regression. */
  outputs: number;
  /** Of all files that are read. */
  bytes: number;
  /** Of the encoder, over the rows that are not kept: operations, and how often it is opened. */
  encoding: { operations: number; openings: number };
  /** Rows (sentences or words) of the train part, and of all three. */
  rows: { train: number; analysed: number };
  protocol: RunFile['protocol'];
  seeds: number;
  /** Of a probe, and until the last of those that train together ends; what is to be expected where training stops early. */
  epochs: number;
  passes: number;
  /** Epochs of a probe on few neurons; null: not known. */
  narrow: number | null;
  batchSize: number;
  /** Pairs of deltas times thresholds. */
  answers: number;
  sweep: boolean;
  maxFeatures: boolean;
  /** Of running the model without layers; null: nobody asked, or it cannot be done. */
  shortened: Work | null;
  /** Of measuring what layers and neurons save; null: nobody asked. */
  timing: Work | null;
}
