/**
 * Every stage of a run in order: the core chain, and behind its links the measures that read what these made. Titles,
 * units, shares of the whole and costs are here and in the measures, nowhere else.
 */
import type { Occasion } from '../../measures/stage.ts';
import { measureStages, type AnyMeasureStage } from '../../measures/stages.ts';
import { layerProbeWork, trainingWork } from '../../probe/operations.ts';
import { secondsOf, type CostedStage, type Rates, type Stage, type Work, type Workload } from '../../run/stage.ts';
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

/** The linkage of all neurons takes about as long as the correlation of so many rows. */
const linkageRows = 300;
/** Shares of all neurons: read by the sweep's probes together, and by the probes that one answer retrains. */
const sweepWidth = 4;
const answerWidth = 0.5;
/** Rounds of retraining that an answer takes on the average, measured: answers share most of theirs, or need none. */
const answerRounds = 1.5;
/** The "max features" run tries a finer grid. */
const finest = { width: 2, rounds: 20 };

function widthOf({ layers, hidden }: Pick<Workload, 'layers' | 'hidden'>): number {
  return (layers + 1) * hidden;
}

/** The parts of the stage `clusters`. */
export function clusterWork(
  load: Pick<Workload, 'layers' | 'hidden' | 'outputs' | 'rows' | 'seeds' | 'epochs' | 'batchSize' | 'sweep'>,
): Record<'correlation' | 'linkage' | 'sweep', Work> {
  const { rows, outputs, sweep } = load;
  const width = widthOf(load);
  return {
    correlation: { products: rows.train * width * width },
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
  operations(load) {
    const { answers, maxFeatures, outputs } = load;
    const rounds = answers * answerRounds + (maxFeatures ? finest.rounds : 0);
    const read = (answers * answerWidth + (maxFeatures ? finest.width : 0)) * widthOf(load);
    const { training } = trainingWork(read, read * outputs, load);
    const { batches = 0 } = trainingWork(0, 0, load);
    return { training, batches: batches * rounds };
  },
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
  return { ...files, encoding: 20e9 * threads, training: 1e10, batches: 1000, products: 1e10 };
}

/** The stages of an analysis. */
export function stagesFor(occasion: Occasion): Stage[] {
  return [
    ...[read, tokenize, extract, probes],
    ...measuresAfter('probes', occasion),
    ...[clusters, selection],
    ...measuresAfter('selection', occasion),
  ];
}

/** Seconds that each stage of a run will take, by its name; the others take next to none. */
export function expectedSeconds(occasion: Occasion, load: Workload, rates: Rates): Map<string, number> {
  const costed = stagesFor(occasion).filter((stage): stage is CostedStage => 'operations' in stage);
  return new Map(costed.map(({ name, operations }) => [name, secondsOf(operations(load), rates)]));
}

function measuresAfter(link: AnyMeasureStage['after'], occasion: Occasion): AnyMeasureStage[] {
  return Object.values(measureStages).filter(({ after, applies }) => after === link && (applies?.(occasion) ?? true));
}
