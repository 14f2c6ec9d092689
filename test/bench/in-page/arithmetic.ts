/** Products, probes, linkage and selection on made numbers. */
import { openDevice } from '../../../src/compute/open.ts';
import type { Device } from '../../../src/compute/device.ts';
import { cka } from '../../../src/measures/cka/cka.ts';
import { layerProbes } from '../../../src/probe/layer-probes.ts';
import type { ProbeOptions } from '../../../src/probe/parts.ts';
import { layerRanges } from '../../../src/probe/train.ts';
import { Clusterer, drawsAfterSplit } from '../../../src/redundancy/clusterer.ts';
import { correlationDistances } from '../../../src/redundancy/correlation.ts';
import { linkage } from '../../../src/redundancy/linkage.ts';
import { neuronProducts } from '../../../src/redundancy/neuron-products.ts';
import { selectNeuronSets } from '../../../src/redundancy/selection.ts';
import { ProductWorkers } from '../../../src/session/worker/product-workers.ts';
import { Trainers } from '../../../src/session/worker/trainers.ts';
import { boundSeconds } from './bound.ts';
import { timed, type WorkSeconds } from './clock.ts';
import { growth } from './growth.ts';
import { madeParts, type MadeSizes } from './made.ts';

export type ArithmeticName = 'products' | 'probes' | 'linkage' | 'selection' | 'growth';

export interface AskedArithmetic extends MadeSizes {
  threads: number;
  device: 'wasm' | 'webgpu';
}

const epochs = 10;

async function products(device: Device, asked: AskedArithmetic): Promise<WorkSeconds> {
  const { rows, layers, hidden, threads } = asked;
  const { train } = madeParts(asked);
  const { value: neurons, seconds } = await timed(() => neuronProducts(device, train.activations));
  const layerPairs = await timed(() => cka(neurons));
  const distances = await timed(() => correlationDistances(neurons));
  const width = layers * hidden;
  return {
    products: seconds,
    cka: layerPairs.seconds,
    distances: distances.seconds,
    bound: await boundSeconds('doubles', (rows * width * (width + 1)) / 2, threads),
  };
}

/** Three products of the weights' size a row: forward, and the gradient of weights; scores go forward once more. */
async function probes(device: Device, asked: AskedArithmetic): Promise<WorkSeconds> {
  const { rows, layers, hidden, classes, threads } = asked;
  const parts = madeParts(asked);
  const { seconds } = await timed(() => layerProbes(device, parts, optionsFor(asked)));
  const widths = layerRanges(layers).reduce((sum, { first, last }) => sum + (last - first + 1) * hidden, 0);
  const multiplications = rows * widths * classes * (2 * epochs + 1);
  return { probes: seconds, bound: await boundSeconds('floats', multiplications, threads) };
}

/** The distances come in a file, for another library to have the same. */
async function dendrogram(_: Device, { layers, hidden }: AskedArithmetic, [file]: File[]): Promise<WorkSeconds> {
  const distances = new Float64Array(await file.arrayBuffer());
  const { seconds } = await timed(() => linkage(distances, layers * hidden));
  return { linkage: seconds };
}

async function selection(device: Device, asked: AskedArithmetic): Promise<WorkSeconds> {
  const parts = madeParts(asked);
  const options = { ...optionsFor(asked), metric: 'accuracy' as const };
  const layers = await layerProbes(device, parts, options);
  const correlation = await correlationDistances(await neuronProducts(device, parts.train.activations));
  const draws = drawsAfterSplit(0, asked.rows);
  const clusterer = new Clusterer(correlation, { protocol: options.protocol, hidden: asked.hidden, draws });
  const deltas = [3, 2, 1].map((delta) => ({ layers: delta, neurons: 1 }));
  const question = { deltas, thresholds: [-1, 0.3] };
  const { seconds } = await timed(() => selectNeuronSets(device, { parts, layers, clusterer }, question, options));
  return { selection: seconds };
}

function optionsFor({ classes }: AskedArithmetic): ProbeOptions {
  return {
    ...{ classes, protocol: 'paper', seeds: [0], epochs, batchSize: 128, learningRate: 1e-3 },
    ...{ lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy'] },
  };
}

type DeviceWork = (device: Device, asked: AskedArithmetic, files: File[]) => Promise<WorkSeconds>;

function onDevice(work: DeviceWork) {
  return async (asked: AskedArithmetic, files: File[]): Promise<WorkSeconds> => {
    const trainers = new Trainers();
    const workers = new ProductWorkers();
    const apart = { trainerApart: trainers.open.bind(trainers), productsApart: () => workers.thread() };
    const device = await openDevice(asked.device, { threads: asked.threads, apart });
    try {
      return await work(device, asked, files);
    } finally {
      device.dispose();
      trainers.close();
      workers.close();
    }
  };
}

export const arithmeticWork = {
  products: onDevice(products),
  probes: onDevice(probes),
  linkage: onDevice(dendrogram),
  selection: onDevice(selection),
  growth: onDevice(growth),
};
