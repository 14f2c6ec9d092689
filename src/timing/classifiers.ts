/**
 * How long a probe takes to train and to answer, by its features, rows and classes (protocols.md §8): with the run's own
 * trainer on the run's own rows, read and standardised as the run reads them; and on made numbers of any size.
 */
import { holdNeurons } from '../activations/select.ts';
import { part } from '../activations/matrix.ts';
import type { Control } from '../base/abort.ts';
import type { Device, LinearWeights, ProbeTrainer } from '../compute/device.ts';
import { BatchClock } from '../probe/clock.ts';
import type { ProbeOptions, ProbePart } from '../probe/parts.ts';
import { neuronStatistics, selectStatistics, type NeuronStatistics } from '../probe/statistics.ts';
import { specOf, startOf, trainEpoch } from '../probe/train.ts';
import type { ClassifierTiming } from '../run/run-file.ts';
import { madeChunks } from './made-numbers.ts';
import { measureInRounds, type Rounds } from './rounds.ts';
import type { ClassifierSize, MadeSizes } from './sizes.ts';
import { spreadOf } from './spread.ts';

/** How probes of the run train, but for what is timed. */
export type TrainingOptions = Pick<
  ProbeOptions,
  'protocol' | 'batchSize' | 'learningRate' | 'lambda1' | 'lambda2' | 'epochs'
>;

const seed = 0;

/**
 * Each on the first of its rows and neurons. Progress counts trainings.
 * @param train rows enough for the largest; they are held in memory.
 * @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; the signal's reason when aborted.
 */
export async function timeClassifiers(
  device: Device,
  { activations, labels }: ProbePart,
  sizes: readonly ClassifierSize[],
  options: TrainingOptions,
  rounds: Rounds,
  control: Control = {},
): Promise<ClassifierTiming[]> {
  const most = Math.max(...sizes.map(({ rows }) => rows));
  const all = firstNeurons(activations.layers * activations.hidden);
  const held = await holdNeurons(part(activations, 0, most), all, { signal: control.signal });
  const standard = options.protocol === 'refined' ? await neuronStatistics(held) : null;
  const contenders = sizes.map((size) => ({
    cost: size.features * size.rows,
    async measure() {
      const { features, rows, classes } = size;
      const neurons = firstNeurons(features);
      const own = await holdNeurons(part(held, 0, rows), neurons);
      const some = { activations: own, labels: labelsFor(size, labels) };
      const training = { ...options, classes, standard: standard && selectStatistics(standard, neurons) };
      return timeTraining(device, features, training, () => [some], { signal: control.signal });
    },
  }));
  const measured = await measureInRounds(contenders, rounds, control);
  return sizes.map((size, index) => ({
    made: false,
    ...size,
    epochs: options.epochs,
    training: spreadOf(measured[index].map(({ trainingMs }) => trainingMs)),
    prediction: spreadOf(measured[index].map(({ predictionMs }) => predictionMs)),
  }));
}

/**
 * On made numbers, each size once after some batches that are not timed. Making them is not timed either. Progress counts
 * batches.
 */
export async function timeMadeClassifiers(
  device: Device,
  { features: sizes, rows, classes, epochs }: MadeSizes,
  options: TrainingOptions,
  { signal, progress }: Control = {},
): Promise<ClassifierTiming[]> {
  const timed: ClassifierTiming[] = [];
  const batches = epochs * Math.ceil(rows / options.batchSize);
  const whole = sizes.reduce((sum, features) => sum + features, 0);
  let before = 0;
  for (const [index, features] of sizes.entries()) {
    const at = before;
    const training = { ...options, epochs, classes, standard: null, protocol: 'paper' as const };
    const made = (count: number) => madeChunks({ rows: count, features, classes }, { ...options, seed });
    const warmUp = { ...training, epochs: 1 };
    await timeTraining(device, features, warmUp, () => made(Math.min(rows, 4 * options.batchSize)), { signal });
    const { trainingMs, predictionMs } = await timeTraining(device, features, training, () => made(rows), {
      signal,
      progress: (done) =>
        progress?.(index * batches + done, sizes.length * batches, (at + (features * done) / batches) / whole),
    });
    before += features;
    const spreads = { training: spreadOf([trainingMs]), prediction: spreadOf([predictionMs]) };
    timed.push({ made: true, features, rows, classes, epochs, ...spreads });
  }
  return timed;
}

interface Training extends TrainingOptions {
  classes: number | null;
  standard: NeuronStatistics | null;
}

/** @param chunks the rows of an epoch; making them is not timed. Progress counts batches. */
async function timeTraining(
  device: Device,
  features: number,
  training: Training,
  chunks: () => Iterable<Omit<ProbePart, 'types'>>,
  control: Control,
): Promise<{ trainingMs: number; predictionMs: number }> {
  const { standard, epochs } = training;
  // A start as PyTorch's, whether training stops early elsewhere or not.
  const probeOptions = { ...training, patience: undefined, seeds: [seed], metrics: [] };
  const shape = { layers: 1, hidden: features };
  const labels = new Int32Array(0);
  const start = startOf(seed, features, probeOptions, { constant: standard?.constant ?? null, labels });
  const spec = specOf(shape, probeOptions, [{ first: 0, last: 0 }], [start]);
  const trainer: ProbeTrainer = device.probeTrainer(spec);
  const clock = new BatchClock(Infinity, {
    signal: control.signal,
    progress: (done) => control.progress?.(done, done),
  });
  try {
    let trainingMs = 0;
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      for (const chunk of chunks()) {
        const started = performance.now();
        await trainEpoch(trainer, chunk, training, { seed, epoch, standard, clock });
        trainingMs += performance.now() - started;
      }
    }
    const [weights] = await trainer.weights();
    return { trainingMs, predictionMs: predictionMs(weights, features) };
  } finally {
    trainer.dispose();
  }
}

/** Browsers round the clock, so that many answers are timed together: for so long, and so many products between two looks. */
const predictingMs = 5;
const productsAtOnce = 2 ** 16;

/** Of one output: its features times the weights, as a program without a library would. */
function predictionMs({ weight, bias }: LinearWeights, features: number): number {
  const values = Float32Array.from({ length: features }, (_, index) => Math.sin(index));
  const logits = new Float64Array(bias.length);
  const answers = Math.ceil(productsAtOnce / weight.length);
  const started = performance.now();
  for (let times = answers; ; times += answers) {
    for (let answer = 0; answer < answers; answer += 1) {
      for (let output = 0; output < bias.length; output += 1) {
        let sum = bias[output];
        const from = output * features;
        for (let index = 0; index < features; index += 1) sum += weight[from + index] * values[index];
        logits[output] = sum;
      }
    }
    const spentMs = performance.now() - started;
    if (spentMs >= predictingMs) return spentMs / times;
  }
}

function firstNeurons(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}

/** The rows' own labels, or made ones where it is another number of classes. */
function labelsFor({ rows, classes }: ClassifierSize, labels: ProbePart['labels']): ProbePart['labels'] {
  const own = labels.slice(0, rows);
  const fit = classes === null || (own instanceof Int32Array && own.every((label) => label >= 0 && label < classes));
  return fit ? own : Int32Array.from({ length: rows }, (_, row) => row % classes);
}
