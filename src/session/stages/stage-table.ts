/**
 * Every stage of a run in order: the core chain, and behind its links the measures that read what these made. Titles,
 * units, shares of the whole and costs are here and in the measures, nowhere else.
 */
import type { Occasion } from '../../measures/stage.ts';
import { measureNames, measureStages, type AnyMeasureStage, type MeasureName } from '../../measures/stages.ts';
import { layerProbeWork, searchWork, trainingWork } from '../../probe/operations.ts';
import {
  expectationOf,
  type CostedStage,
  type Expectation,
  type Rates,
  type Stage,
  type Work,
  type Workload,
} from '../../run/stage.ts';
import type { ReducedDtype } from '../../reduced/head.ts';
import type { DeviceReport } from '../contract.ts';

export const read: CostedStage = {
  name: 'read',
  title: 'Read the files',
  unit: 'bytes',
  share: 1,
  operations: ({ bytes }) => ({ bytes }),
};
export const tokenize: Stage = { name: 'tokenize', title: 'Cut texts into subwords', unit: 'rows', share: 2 };
/** Of a file of activations. */
export const write: Stage = { name: 'write', title: 'Write the file', unit: 'rows', share: 1 };

/** Of the head of a smaller model. */
export const retrain: Stage = { name: 'retrain', title: 'Train the probe', unit: 'batches', share: 6 };
/** The smaller model's graph with its weights. */
export function writeGraph(dtype: ReducedDtype): Stage {
  return { name: `write-${dtype}`, title: `Write ${dtype}`, unit: 'files', share: 4 };
}
/** What stands around the graphs. */
export const fillFolder: Stage = { name: 'folder', title: 'Put the folder together', unit: 'files', share: 2 };

/** Of one row of so many tokens, padding included. */
export function encodingOperations(
  { layers, hidden, intermediate }: { layers: number; hidden: number; intermediate: number },
  tokens: number,
): number {
  return tokens * layers * (8 * hidden * hidden + 4 * hidden * intermediate + 4 * tokens * hidden);
}

export const extract: CostedStage = {
  name: 'extract',
  title: 'Extract every layer',
  unit: 'rows',
  share: 60,
  operations: ({ encoding: { operations: encoding, openings } }) => ({ encoding, openings }),
};

export const probes: CostedStage = {
  name: 'probes',
  title: 'Train the probes',
  unit: 'batches',
  share: 14,
  operations: layerProbeWork,
};

export const products: CostedStage = {
  name: 'products',
  title: 'Compare the neurons',
  unit: 'rows',
  share: 4,
  operations: (load) => ({ products: load.rows.train * widthOf(load) ** 2 }),
};

/** The linkage of all neurons takes about as long as the correlation of so many rows. */
const linkageRows = 600;
/** Share of all neurons that the sweep's probes read together. */
const sweepWidth = 4;
/** What the finer grid of the "max features" run costs. */
const finestSearches = 2;

function widthOf({ layers, hidden }: Pick<Workload, 'layers' | 'hidden'>): number {
  return (layers + 1) * hidden;
}

/** The parts of the stage `clusters`. */
export function clusterWork(
  load: Pick<
    Workload,
    'layers' | 'hidden' | 'outputs' | 'rows' | 'seeds' | 'epochs' | 'passes' | 'batchSize' | 'sweep'
  >,
): Record<'linkage' | 'sweep', Work> {
  const { outputs, sweep } = load;
  const width = widthOf(load);
  return {
    linkage: { products: linkageRows * width * width },
    sweep: sweep ? trainingWork(sweepWidth * width, sweepWidth * width * outputs, load) : {},
  };
}

export const clusters: CostedStage = {
  name: 'clusters',
  title: 'Cluster the neurons',
  unit: 'steps',
  share: 6,
  operations: (load) => together(Object.values(clusterWork(load))),
};

export const selection: CostedStage = {
  name: 'selection',
  title: 'Find the neurons that are enough',
  unit: 'answers',
  share: 14,
  // Of six answers, from 2 to 4 were searched for; the others had the same layers and threshold.
  operations: (load) => searchWork((load.answers + 1) / 2 + (load.maxFeatures ? finestSearches : 0), load),
};

export const timing: CostedStage = {
  name: 'timing',
  title: 'Measure what layers and neurons save',
  unit: 'steps',
  share: 20,
  operations: ({ timing: work }) => work ?? {},
};

export const leaveOut: CostedStage = {
  name: 'leave-out',
  title: 'Leave layers out and train again',
  unit: 'steps',
  share: 20,
  operations: ({ shortened }) => shortened ?? {},
};

function together(all: readonly Work[]): Work {
  const sum: Record<string, number> = {};
  for (const work of all) for (const [kind, amount] of Object.entries(work)) sum[kind] = (sum[kind] ?? 0) + amount;
  return sum;
}

/** Before anything was measured: about what two cores of a server reach. */
export function usualRates({ backend, threads }: Pick<DeviceReport, 'backend' | 'threads'>): Rates {
  const files = { bytes: 1.5e8, openings: 1.5 };
  if (backend === 'webgpu') return { ...files, encoding: 1e12, training: 5e10, batches: 500, products: 2e10 };
  return { ...files, encoding: 20e9 * threads, training: 2.2e10 * threads, batches: 5000, products: 1.6e10 * threads };
}

/** What decides which stages a run has. */
export interface RunOccasion extends Occasion {
  /** Whether the model is run without layers, too. */
  shortened: boolean;
  /** Whether times are measured, too. */
  timing: boolean;
}

/** The stages of an analysis. */
export function stagesFor(occasion: RunOccasion): Stage[] {
  return [
    ...[read, tokenize, extract, probes, products],
    ...measuresAfter('probes', occasion),
    ...[clusters, selection],
    ...measuresAfter('selection', occasion),
    ...(occasion.shortened ? [leaveOut] : []),
    ...(occasion.timing ? [timing] : []),
  ];
}

/** What each stage of a run will take, by its name; the others take next to nothing. */
export function expectations(occasion: RunOccasion, load: Workload, rates: Rates): Map<string, Expectation> {
  const costed = stagesFor(occasion).filter((stage): stage is CostedStage => 'operations' in stage);
  return new Map(costed.map(({ name, operations }) => [name, expectationOf(operations(load), rates)]));
}

function measuresAfter(link: AnyMeasureStage['after'], occasion: Occasion): AnyMeasureStage[] {
  return takenMeasures(occasion)
    .map((name) => measureStages[name])
    .filter(({ after }) => after === link);
}

/** The measures that a run has, in the order of running. */
export function takenMeasures(occasion: Occasion): MeasureName[] {
  const { leftOut } = occasion;
  return measureNames.filter((name) => !leftOut.includes(name) && (measureStages[name].applies?.(occasion) ?? true));
}
