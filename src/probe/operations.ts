/** What training probes costs, counted from the model's shape: what estimates are made of. */
import type { Work, Workload } from '../run/stage.ts';

/**
 * Epochs that trainings which stop early take on GLUE with a small model (protocols.md §2): until the last of all probes
 * ends, 9 to 24, and on the average over weights, 6 to 10.
 */
export const usualPasses = 18;
export const usualEpochs = 8;

type Training = Pick<Workload, 'rows' | 'seeds' | 'epochs' | 'batchSize'>;

/** Reading and standardising a neuron costs as much as so many weights. */
const weightsANeuron = 16;

/** Passes over the train rows. */
export function expectedEpochs({ epochs }: Pick<Workload, 'epochs'>): number {
  return epochs;
}

/** Of training on one row: forward and backward take 4 a weight, and reading and standardising a neuron has its price. */
export function operationsARow(neurons: number, weights: number): number {
  return 4 * (weights + weightsANeuron * neurons);
}

/**
 * Of probes trained together, every seed's. Scoring is one epoch more over the rows of all parts.
 * @param neurons that they read together. @param weights of all of them.
 */
export function trainingWork(neurons: number, weights: number, load: Training): Work {
  const { rows, seeds, batchSize } = load;
  const passes = expectedEpochs(load);
  const seen = passes * rows.train + rows.analysed;
  return {
    training: seen * operationsARow(neurons, weights) * seeds,
    batches: (passes * Math.ceil(rows.train / batchSize) + Math.ceil(rows.analysed / batchSize)) * seeds,
  };
}

/** Of the probes of every layer alone and of all layers up to it: layer l serves its own and every one from l on. */
export function layerProbeWork(load: Workload): Work {
  const { layers, hidden, outputs } = load;
  return trainingWork((layers + 1) * hidden, hidden * outputs * (layers + 1) * (layers + 4) * 0.5, load);
}

/** Of so many passes of every seed's oracle over the test rows. */
export function oracleWork(passes: number, { layers, hidden, outputs, rows, seeds }: Workload): Work {
  const width = (layers + 1) * hidden;
  return { training: 2 * passes * (rows.analysed - rows.train) * width * (outputs + weightsANeuron) * seeds };
}
