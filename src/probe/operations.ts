/** What training probes costs, counted from the model's shape: what estimates are made of. */
import type { Work, Workload } from '../run/stage.ts';
import { stoppingPatience } from './early-stopping.ts';

/**
 * Epochs that trainings of a layer's probes take which stop early, on GLUE with a small model (protocols.md §2): until the
 * last of all probes ends, 10 to 25, and on the average over weights, 6 to 10.
 */
export const usualPasses = 17;
export const usualEpochs = 8;

type Training = Pick<Workload, 'rows' | 'seeds' | 'epochs' | 'passes' | 'batchSize'>;

/** Reading and standardising a neuron costs as much as so many weights. */
const weightsANeuron = 16;

/** Of training on one row: forward and backward take 4 a weight, and reading and standardising a neuron has its price. */
export function operationsARow(neurons: number, weights: number): number {
  return 4 * (weights + weightsANeuron * neurons);
}

/**
 * Of probes trained together, every seed's. Scoring is one epoch more over the rows of all parts.
 * @param neurons that they read together. @param weights of all of them.
 */
export function trainingWork(neurons: number, weights: number, load: Training): Work {
  const { rows, seeds, epochs, passes, batchSize } = load;
  return {
    training: (epochs * rows.train + rows.analysed) * operationsARow(neurons, weights) * seeds,
    batches: (passes * Math.ceil(rows.train / batchSize) + Math.ceil(rows.analysed / batchSize)) * seeds,
  };
}

/**
 * A search for the neurons that are enough trains about so many times, on a few neurons, `width` of all at a step. Counted
 * with a small model (six tenths of the neurons standing in for clusters), of each seed: 3,000, 4,900 and 8,500 steps on 500, 1,000 and 3,000 rows of SST-2, where few rows make
 * about 50 epochs of few steps; 2,400 on MRPC and 840 on RTE, where trainings end after the fewest epochs there can be.
 */
const search = { trainings: 15, fewest: stoppingPatience + 1, most: 50, steps: 7000, width: 0.04 };

export function searchWork(searches: number, load: Workload): Work {
  const { rows, seeds, batchSize, protocol, epochs, layers, hidden, outputs } = load;
  const [fewest, most] = protocol === 'paper' ? [epochs, epochs] : [search.fewest, search.most];
  const onePass = search.trainings * Math.ceil(rows.train / batchSize);
  const steps = Math.max(fewest * onePass, Math.min(search.steps, most * onePass));
  const batches = searches * steps * seeds;
  const neurons = search.width * (layers + 1) * hidden;
  const training = batches * Math.min(batchSize, rows.train) * operationsARow(neurons, neurons * outputs);
  return { batches, training };
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
