/** What training probes costs, counted from the model's shape: what estimates are made of. */
import type { Work, Workload } from '../run/stage.ts';
import { stoppingPatience } from './early-stopping.ts';

/**
 * Epochs that trainings of a layer's probes take which stop early, on GLUE with a small model (protocols.md §2): until the
 * last of all probes ends, 10 to 25, and on the average over weights, 6 to 10.
 */
export const usualPasses = 17;
const usualEpochs = 8;

/** How long trainings take that stop early. */
export interface TrainingLength {
  /** Epochs of a layer's probe, and until the last of those that train together ends. */
  epochs: number;
  passes: number;
  /** Epochs of a probe on few neurons; null: not known. */
  narrow: number | null;
}

/**
 * @param options their epochs count in `paper` alone.
 * @param trial epochs that a narrow probe took on a few rows. Counted: 88 where the demo's whole run took 39 a narrow
 *   probe, 12 a layer's and 31 together; 4, 8 and 14 with random models, whose runs took about 8, 5 and 7.
 */
export function trainingLength(
  { protocol, epochs }: { protocol: Workload['protocol']; epochs: number },
  trial?: number,
): TrainingLength {
  if (protocol === 'paper') return { epochs, passes: epochs, narrow: epochs };
  if (trial === undefined) return { epochs: usualEpochs, passes: usualPasses, narrow: null };
  const between = (least: number, most: number, own: number): number => Math.max(least, Math.min(most, own));
  return {
    epochs: between(5, 12, trial / 7),
    passes: between(7, 30, trial / 3),
    narrow: between(7, 50, trial / 2),
  };
}

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
 * A search for the neurons that are enough trains on a few neurons, `width` of all at a step. Counted with a small model,
 * of each seed: 15 to 58 trainings in six answers. Where nobody knows how long one takes, a search has about so many steps:
 * on SST-2 3,000, 4,900 and 8,500 with 500, 1,000 and 3,000 rows, where few rows make about 50 epochs of few steps; 2,400 on
 * MRPC and 840 on RTE, where trainings end after the fewest epochs there can be.
 */
const search = {
  trainings: 9,
  width: 0.04,
  unknown: { trainings: 15, fewest: stoppingPatience + 1, most: 50, steps: 7000 },
};

export function searchWork(searches: number, load: Workload): Work {
  const { rows, seeds, batchSize, layers, hidden, outputs } = load;
  const batches = searches * searchSteps(load) * seeds;
  const neurons = search.width * (layers + 1) * hidden;
  const training = batches * Math.min(batchSize, rows.train) * operationsARow(neurons, neurons * outputs);
  return { batches, training };
}

/** Of one search and one seed. */
function searchSteps({ rows, batchSize, narrow }: Workload): number {
  const epoch = Math.ceil(rows.train / batchSize);
  if (narrow !== null) return search.trainings * narrow * epoch;
  const { trainings, fewest, most, steps } = search.unknown;
  const onePass = trainings * epoch;
  return Math.max(fewest * onePass, Math.min(steps, most * onePass));
}

/** Of the probes of every layer alone and of all layers up to it: layer l serves its own and every one from l on. */
export function layerProbeWork(load: Workload): Work {
  const { layers, hidden, outputs } = load;
  return trainingWork((layers + 1) * hidden, hidden * outputs * (layers + 1) * (layers + 4) * 0.5, load);
}

/** Of so many scorings of the test rows by every seed's oracle, and so many readings of them. */
export function oracleWork(
  scorings: number,
  readings: number,
  { layers, hidden, outputs, rows, seeds }: Workload,
): Work {
  const width = (layers + 1) * hidden;
  const operations = width * (2 * outputs * scorings + 4 * weightsANeuron * readings);
  return { training: (rows.analysed - rows.train) * operations * seeds };
}
