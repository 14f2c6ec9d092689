/**
 * Every stage of a run in order: the core chain, and behind its links the measures that read what these made. Titles,
 * units, shares of the whole and costs are here and in the measures, nowhere else.
 */
import type { Occasion } from '../../measures/stage.ts';
import { measureStages, type AnyMeasureStage } from '../../measures/stages.ts';
import { layerProbeOperations, trainingOperations } from '../../probe/operations.ts';
import { startRate, type CostedStage, type Stage, type Workload } from '../../run/stage.ts';

export const read: Stage = { name: 'read', title: 'Read the files', unit: 'bytes', share: 1 };
export const tokenize: Stage = { name: 'tokenize', title: 'Cut texts into subwords', unit: 'rows', share: 2 };
/** Of a file of activations. */
export const write: Stage = { name: 'write', title: 'Write the file', unit: 'rows', share: 1 };

export const extract: CostedStage = {
  name: 'extract',
  title: 'Extract every layer',
  unit: 'rows',
  share: 60,
  operations: ({ layers, hidden, intermediate, tokens, rows }) =>
    rows.extracted * tokens * layers * (8 * hidden * hidden + 4 * hidden * intermediate + 4 * tokens * hidden),
  rate: ({ backend, threads }) => (backend === 'wasm' ? 20e9 * threads : 1e12),
};

export const probes: CostedStage = {
  name: 'probes',
  title: 'Train the probes',
  unit: 'batches',
  share: 14,
  operations: layerProbeOperations,
  rate: startRate({ wasm: 5e9, webgpu: 2e10 }),
};

/** The linkage of all neurons takes about as long as the correlation of so many rows. */
const linkageRows = 300;
/** Shares of all neurons: read by the sweep's probes together, and by the probes that one answer retrains. */
const sweepWidth = 4;
const answerWidth = 0.5;
/** The "max features" run tries a finer grid. */
const finestWidth = 2;

function widthOf({ layers, hidden }: Pick<Workload, 'layers' | 'hidden'>): number {
  return (layers + 1) * hidden;
}

/** Operations of the parts of the stage `clusters`. */
export function clusterOperations(
  load: Pick<Workload, 'layers' | 'hidden' | 'outputs' | 'rows' | 'seeds' | 'epochs' | 'sweep'>,
): Record<'correlation' | 'linkage' | 'sweep', number> {
  const { rows, outputs, sweep } = load;
  const width = widthOf(load);
  return {
    correlation: rows.analysed * width * width,
    linkage: linkageRows * width * width,
    sweep: sweep ? trainingOperations(sweepWidth * width * outputs, rows.analysed, load) : 0,
  };
}

export const clusters: CostedStage = {
  name: 'clusters',
  title: 'Cluster the neurons',
  unit: 'steps',
  share: 6,
  operations: (load) => Object.values(clusterOperations(load)).reduce((sum, part) => sum + part, 0),
  rate: startRate({ wasm: 5e9, webgpu: 5e9 }),
};

export const selection: CostedStage = {
  name: 'selection',
  title: 'Find the neurons that are enough',
  unit: 'answers',
  share: 14,
  operations(load) {
    const share = load.answers * answerWidth + (load.maxFeatures ? finestWidth : 0);
    return trainingOperations(share * widthOf(load) * load.outputs, load.rows.analysed, load);
  },
  rate: startRate({ wasm: 2e9, webgpu: 5e9 }),
};

/** The stages of an analysis. */
export function stagesFor(occasion: Occasion): Stage[] {
  return [
    ...[read, tokenize, extract, probes],
    ...measuresAfter('probes', occasion),
    ...[clusters, selection],
    ...measuresAfter('selection', occasion),
  ];
}

/** Those whose time can be estimated. */
export function costedStages(occasion: Occasion): CostedStage[] {
  return stagesFor(occasion).filter((stage): stage is CostedStage => 'operations' in stage);
}

function measuresAfter(link: AnyMeasureStage['after'], occasion: Occasion): AnyMeasureStage[] {
  return Object.values(measureStages).filter(({ after, applies }) => after === link && (applies?.(occasion) ?? true));
}
