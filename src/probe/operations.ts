/** What training probes costs, counted from the model's shape: what estimates are made of. */
import type { Work, Workload } from '../run/stage.ts';
import { mostEpochs, stoppingPatience } from './early-stopping.ts';

/**
 * Epochs that trainings of a layer's probes take which stop early, as measured on SST-2 (500, 1,000 and 3,000 rows), MRPC and
 * RTE with a small model: until the last of all probes ends (from 9 to 24), and on the average over weights (from 6 to 10).
 */
export const usualPasses = 20;
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
  const trained = epochs * rows.train + rows.analysed;
  const read = passes * rows.train + rows.analysed;
  return {
    training: (trained * operationsARow(0, weights) + read * operationsARow(neurons, 0)) * seeds,
    batches: (passes * Math.ceil(rows.train / batchSize) + Math.ceil(rows.analysed / batchSize)) * seeds,
  };
}

/**
 * Searches for the neurons that are enough, each of so many trainings on a few of them: optimiser steps of each seed, and the
 * share of all neurons that a step reads. As measured: from 840 (RTE) to 7,100 steps (SST-2, 3,000 rows), 2 to 5 per cent;
 * few rows make many epochs of few steps, up to the limit, and many rows the few epochs that stopping early takes.
 */
const search = { steps: 3000, trainings: 15, shortest: stoppingPatience + 1, width: 0.04 };

export function searchWork(searches: number, load: Workload): Work {
  const { rows, seeds, batchSize, protocol, epochs, layers, hidden, outputs } = load;
  const epoch = Math.ceil(rows.train / batchSize);
  const [fewest, most] = protocol === 'paper' ? [epochs, epochs] : [search.shortest, mostEpochs];
  const least = search.trainings * fewest * epoch;
  const steps = Math.max(least, Math.min(search.steps, search.trainings * most * epoch));
  const batches = searches * steps * seeds;
  const weights = search.width * (layers + 1) * hidden * (outputs + weightsANeuron);
  return { batches, training: batches * Math.min(batchSize, rows.train) * 4 * weights };
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
