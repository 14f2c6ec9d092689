/**
 * Whether there is anything to learn, tried on a few rows: where there is, probes of few neurons train ten times as long as
 * where there is not, and of a small model little else decides what a run takes.
 */
import { inMemory, part, type Activations } from '../../activations/matrix.ts';
import type { Device } from '../../compute/device.ts';
import type { ProbePart } from '../../probe/parts.ts';
import { neuronStatistics } from '../../probe/statistics.ts';
import { subsetProbes } from '../../probe/subset-probes.ts';
import { TrainingLog } from '../../probe/training-log.ts';
import type { RunOptions } from '../contract.ts';
import { trainingOf } from '../options.ts';

/** Rows that are tried. */
export const trialRows = 512;

/** Share of them that a probe learns from; the others stop it. */
const trainShare = 0.75;

/** Neurons of the probe, from all over the model. */
const trialNeurons = 64;

const seeds = [0, 1, 2];

/** Some rows of the train file. */
export interface Trial {
  /** [rows, layers × hidden] */
  data: Float32Array;
  layers: number;
  hidden: number;
  labels: readonly number[];
  /** null: regression. */
  classes: number | null;
}

/** Mean epochs until the dev loss of a narrow probe stops falling; 0 where no neuron varies. */
export async function trialEpochs(device: Device, trial: Trial, options: RunOptions): Promise<number> {
  const { data, layers, hidden, classes } = trial;
  const labels = classes === null ? Float32Array.from(trial.labels) : Int32Array.from(trial.labels);
  const all = inMemory(data, { rows: labels.length, layers, hidden });
  const middle = Math.floor(labels.length * trainShare);
  const train = partOf(all, labels, 0, middle);
  const dev = partOf(all, labels, middle, labels.length);
  const standard = await neuronStatistics(train.activations);
  const varying = Int32Array.from({ length: layers * hidden }, (_, neuron) => neuron).filter(
    (n) => !standard.constant[n],
  );
  if (varying.length === 0) return 0;
  const count = Math.min(trialNeurons, varying.length);
  const neurons = Int32Array.from({ length: count }, (_, i) => varying[Math.floor((i * varying.length) / count)]);
  const log = new TrainingLog();
  const probeOptions = { ...trainingOf(options, middle), log, classes, protocol: options.protocol, seeds, metrics: [] };
  await subsetProbes(device, { train, dev, test: dev }, { neurons, standard }, [count], probeOptions);
  return log.takeEpochs() ?? 0;
}

function partOf(all: Activations, labels: Int32Array | Float32Array, from: number, to: number): ProbePart {
  return { activations: part(all, from, to), labels: labels.slice(from, to) };
}
