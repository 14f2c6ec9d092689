/**
 * How fast this machine is, measured for about a second: the model runs on some of its rows, some batches of its probes
 * are trained, some rows are multiplied. What runs first is not timed, for it compiles and loads.
 */
import { planBatches } from '../../activations/batches.ts';
import { extractFew } from '../../activations/extract.ts';
import { fillBatch, perRowOf } from '../../activations/fill.ts';
import { inMemory } from '../../activations/matrix.ts';
import { numpyShuffle } from '../../base/random.ts';
import { sha256 } from '../../base/hash.ts';
import type { Device, ProbeTrainer } from '../../compute/device.ts';
import { openEncoder } from '../../model/encoder.ts';
import { batches } from '../../probe/batches.ts';
import { layerRanges, specOf, startOf } from '../../probe/train.ts';
import type { NeuronStatistics } from '../../probe/statistics.ts';
import { trainingWork } from '../../probe/operations.ts';
import type { Rates } from '../../run/stage.ts';
import type { RunRequest } from '../contract.ts';
import { encodeSource } from '../inputs/encode.ts';
import { planAnalysis, type UsableInputs } from '../inputs/inputs.ts';
import type { RowSource } from '../inputs/sources.ts';
import { trainingOf } from '../options.ts';
import { Devices, type ComputePlace } from '../stages/device.ts';
import { encodingOperations, usualRates } from '../stages/stage-table.ts';
import { trialEpochs, trialRows, type Trial } from './trial.ts';
import { operationsOf, someRows } from './workload.ts';

const encodingMs = 500;
const trainingMs = 100;
const measuredRows = 128;
/** No trial where the encoder takes longer for its rows. */
const trialMs = 500;
const batchesTogether = 8;
const hashedBytes = 4 * 2 ** 20;

/** @throws WinnowError as the run would: of the first thing missing, or of a model that cannot be opened. */
export async function measureRates(request: RunRequest): Promise<Rates> {
  const { usable, plan } = await planAnalysis(request);
  const { aggregation, maxLength } = request.options;
  const devices = await Devices.choose(request.options, () => undefined);
  try {
    const { layers, hidden } = usable.facts;
    const shape = { layers: layers + 1, hidden, outputs: plan.task.labels?.length ?? 1 };
    const trained = await measureTraining(devices, shape, request.options);
    const rates = { ...usualRates(devices.report), ...trained };
    const { vectors } = usable;
    if (vectors.from === 'files') return rates;
    const limits = { aggregation, pooling: vectors.pooling, maxLength: Math.min(maxLength, vectors.maxLength) };
    const source = plan.sources[plan.places.train.source];
    const { few, ...encoded } = await devices.use((place) => measureEncoder(vectors, source, limits, place));
    const labelled = few?.labels.every((label) => label >= 0 || plan.task.labels === null);
    if (!few || !labelled || request.options.protocol === 'paper') return { ...rates, ...encoded };
    const trial = { ...few, layers: layers + 1, hidden, classes: plan.task.labels?.length ?? null };
    const epochs = await devices.compute((device) => trialEpochs(device, trial, request.options));
    return { ...rates, ...encoded, epochs };
  } finally {
    devices.close();
  }
}

/** @param shape of the activations, and classes (1: regression). */
export function measureTraining(
  devices: Devices,
  shape: { layers: number; hidden: number; outputs: number },
  options: RunRequest['options'],
): Promise<Pick<Rates, 'training' | 'batches' | 'products'>> {
  const narrow = { layers: 1, hidden: Math.min(16, shape.hidden), outputs: shape.outputs };
  return devices.compute(async (device) => {
    const small = await secondsABatch(device, narrow, options);
    const large = await secondsABatch(device, shape, options);
    const work = trainingOperations(shape) - trainingOperations(narrow);
    // Where both take the same, what a batch costs is all there is to know.
    const training = work / Math.max(large - small, large * 0.05);
    return { training, batches: 1 / small, products: await productRate(device, shape) };
  });
}

type Shape = Parameters<typeof measureTraining>[1];

/** Of one batch, as the estimate counts them. */
function trainingOperations({ layers, hidden, outputs }: Shape): number {
  const weights = hidden * outputs * layers * (layers + 3) * 0.5;
  const load = { rows: { train: measuredRows, analysed: 0 }, seeds: 1, epochs: 1, passes: 1, batchSize: measuredRows };
  return trainingWork(layers * hidden, weights, load).training ?? 0;
}

async function secondsABatch(device: Device, shape: Shape, options: RunRequest['options']): Promise<number> {
  const { layers, hidden, outputs } = shape;
  const width = layers * hidden;
  const values = Float32Array.from({ length: measuredRows * width }, (_, i) => Math.sin(i));
  const activations = inMemory(values, { rows: measuredRows, layers, hidden });
  const labels = Int32Array.from({ length: measuredRows }, (_, row) => row % outputs);
  const training = {
    ...trainingOf(options, measuredRows),
    batchSize: measuredRows,
    protocol: options.protocol,
    seeds: [0],
  };
  const probeOptions = { ...training, classes: outputs, metrics: [] };
  const ranges = layerRanges(layers);
  const start = ranges.map(({ first, last }) =>
    startOf(0, (last - first + 1) * hidden, probeOptions, { constant: null, labels }),
  );
  const trainer = device.probeTrainer(specOf({ layers, hidden }, probeOptions, ranges, start));
  const order = { batchSize: measuredRows, shuffle: null, standard: unstandardised(width) };
  // Training waits for the device after several batches, too.
  const some = async (): Promise<void> => {
    for (let pass = 0; pass < batchesTogether; pass += 1) {
      for await (const batch of batches(activations, labels, order)) {
        await trainer.step(batch.data, batch.labels, batch.rows);
      }
    }
    await settle(trainer);
  };
  try {
    return (await secondsEach(some, trainingMs)) / batchesTogether;
  } finally {
    trainer.dispose();
  }
}

/** Waits until the device has done what it was given. */
function settle(trainer: ProbeTrainer): Promise<unknown> {
  return trainer.takeLosses();
}

/** Standardising costs the same whatever the numbers are. */
function unstandardised(width: number): NeuronStatistics {
  const deviation = new Float64Array(width).fill(1);
  return { mean: new Float64Array(width), deviation, constant: new Uint8Array(width) };
}

async function productRate(device: Device, { layers, hidden }: Shape): Promise<number> {
  const width = Math.min(layers, 3) * hidden;
  const values = Float32Array.from({ length: measuredRows * width }, (_, i) => Math.sin(i));
  const products = await device.columnProducts({ mean: new Float64Array(width), rows: Infinity });
  try {
    const seconds = await secondsEach(() => products.add(values, measuredRows), trainingMs);
    return (measuredRows * width * width) / seconds;
  } finally {
    products.dispose();
  }
}

async function measureEncoder(
  { model, tokenizer }: Extract<UsableInputs['vectors'], { from: 'model' }>,
  source: RowSource,
  limits: Parameters<typeof encodeSource>[2],
  { backend, threads, gpu }: ComputePlace,
): Promise<Pick<Rates, 'bytes' | 'openings' | 'encoding'> & { few: Pick<Trial, 'data' | 'labels'> | null }> {
  const { file } = model.weightFiles[0];
  const some = file.slice(0, hashedBytes);
  const hashing = await secondsEach(() => sha256(some), 0);
  const { rows } = await encodeSource(tokenizer, someRows(source, measuredRows), limits);
  const options = { backend, threads, padding: tokenizer.padding, ...(gpu ? { gpu: gpu.device } : {}) };
  const before = performance.now();
  const encoder = await openEncoder(model, { ...options, perRow: perRowOf(rows) });
  const opening = (performance.now() - before) / 1000;
  try {
    const { maxLength, unpadded } = encoder;
    const planned = planBatches(rows.offsets, 0, rows.rows, { backend, maxLength, unpadded });
    const order = numpyShuffle(0, planned.length);
    let operations = 0;
    let next = 0;
    const seconds = await secondsEach(async () => {
      const plan = planned[order[next++ % order.length]];
      const { batch } = fillBatch(rows, plan, { start: 0, end: rows.outputs }, encoder);
      await encoder.run(batch);
      // The first is not timed.
      if (next > 1) operations += plan.rows.length * encodingOperations(model.config, plan.length);
    }, encodingMs);
    const encoding = operations / (seconds * (next - 1));
    const tried = await encodeSource(tokenizer, someRows(source, trialRows), limits);
    const quick = operationsOf(tried.rows, model.config) / encoding < trialMs / 1000;
    const few = quick ? { data: await extractFew(tried.rows, encoder), labels: tried.labels } : null;
    return { bytes: some.size / hashing, openings: 1 / opening, encoding, few };
  } finally {
    await encoder.dispose();
  }
}

/** Mean seconds, after a first time that is not counted, until so much time is over. */
async function secondsEach(work: () => Promise<unknown>, ms: number): Promise<number> {
  await work();
  const started = performance.now();
  for (let times = 1; ; times += 1) {
    await work();
    const spent = performance.now() - started;
    if (spent >= ms) return spent / 1000 / times;
  }
}
