/** In the page, for `npm run bench:work`: pieces of a run on made numbers, timed. */
import { inMemory, part, type Activations } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { openDevice } from '../../src/compute/open.ts';
import type { Device } from '../../src/compute/device.ts';
import { cka } from '../../src/measures/cka/cka.ts';
import { layerProbes } from '../../src/probe/layer-probes.ts';
import type { ProbeOptions, ProbeParts } from '../../src/probe/parts.ts';
import { Clusterer, drawsAfterSplit } from '../../src/redundancy/clusterer.ts';
import { correlationDistances } from '../../src/redundancy/correlation.ts';
import { neuronProducts } from '../../src/redundancy/neuron-products.ts';
import { selectNeuronSets } from '../../src/redundancy/selection.ts';
import { ProductWorkers } from '../../src/session/worker/product-workers.ts';
import { Trainers } from '../../src/session/worker/trainers.ts';
import boundModule from './bound.as.ts?wasm=relaxed-simd';

export type WorkName = 'products' | 'probes' | 'selection';

export interface AskedWork {
  work: WorkName;
  threads: number;
  rows: number;
  layers: number;
  hidden: number;
  classes: number;
}

/** Seconds by what they were spent on; `bound`: those that the same multiplications take at least. */
export type WorkSeconds = Record<string, number>;

/** Rows of the dev and of the test part, beside those of train. */
const heldOut = 872;

export async function timeWork(asked: AskedWork): Promise<WorkSeconds> {
  const trainers = new Trainers();
  const products = new ProductWorkers();
  const { threads } = asked;
  const apart = { trainerApart: trainers.open.bind(trainers), productsApart: () => products.thread() };
  const device = await openDevice('wasm', { threads, apart });
  try {
    return await works[asked.work](device, asked);
  } finally {
    device.dispose();
    trainers.close();
    products.close();
  }
}

const works: Record<WorkName, (device: Device, asked: AskedWork) => Promise<WorkSeconds>> = {
  async products(device, asked) {
    const { train } = madeParts(asked);
    const { value: neurons, seconds } = await timed(() => neuronProducts(device, train.activations));
    const layers = await timed(() => cka(neurons));
    const distances = await timed(() => correlationDistances(neurons));
    const bound = await boundSeconds(asked);
    return { products: seconds, cka: layers.seconds, distances: distances.seconds, bound };
  },
  async probes(device, asked) {
    const parts = madeParts(asked);
    const { seconds } = await timed(() => layerProbes(device, parts, optionsFor(asked)));
    return { probes: seconds };
  },
  async selection(device, asked) {
    const parts = madeParts(asked);
    const options = { ...optionsFor(asked), metric: 'accuracy' as const };
    const layers = await layerProbes(device, parts, options);
    const correlation = await correlationDistances(await neuronProducts(device, parts.train.activations));
    const draws = drawsAfterSplit(0, asked.rows);
    const clusterer = new Clusterer(correlation, { protocol: options.protocol, hidden: asked.hidden, draws });
    const deltas = [3, 2, 1].map((delta) => ({ layers: delta, neurons: 1 }));
    const question = { deltas, thresholds: [-1, 0.3] };
    const input = { parts, layers, clusterer };
    const { value, seconds } = await timed(() => selectNeuronSets(device, input, question, options));
    const trained = value.reduce((sum, { entry }) => sum + entry.sizes.length, 0);
    return { selection: seconds, trained };
  },
};

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

function optionsFor({ classes }: AskedWork): ProbeOptions {
  return {
    ...{ classes, protocol: 'paper', seeds: [0], epochs: 10, batchSize: 128, learningRate: 1e-3 },
    ...{ lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy'] },
  };
}

/** Neurons of which every fourth is a signal that others follow, and labels that some signals decide. */
function madeParts({ rows, layers, hidden, classes }: AskedWork): ProbeParts {
  const width = layers * hidden;
  const all = rows + 2 * heldOut;
  const data = new Float32Array(all * width);
  new Mt19937(1).uniform(data, -1, 1);
  const labels = new Int32Array(all);
  for (let row = 0; row < all; row++) {
    const own = data.subarray(row * width, (row + 1) * width);
    for (let j = 0; j < width; j += 4) for (let k = 1; k < 4; k++) own[j + k] = own[j] + own[j + k] / 2;
    const score = own[0] + own[hidden] + own[2 * hidden] + own[width - 4];
    labels[row] = Math.max(0, Math.min(classes - 1, Math.floor(((score + 2) / 4) * classes)));
  }
  const activations = inMemory(data, { rows: all, layers, hidden });
  const rest = (start: number, end: number): { activations: Activations; labels: Int32Array } => ({
    activations: part(activations, start, end),
    labels: labels.slice(start, end),
  });
  return {
    train: rest(0, rows),
    dev: rest(rows, rows + heldOut),
    test: rest(rows + heldOut, all),
  };
}

/** What the products of every two neurons take at least, on as many threads. */
async function boundSeconds({ rows, layers, hidden, threads }: AskedWork): Promise<number> {
  const script = `onmessage = async ({ data: { bytes, count } }) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    // Until the faster of the browser's two compilers is through with it.
    for (let i = 0; i < 50; i++) {
      instance.exports.rounds(1e6);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    postMessage('ready');
    onmessage = () => { instance.exports.rounds(count); postMessage('done'); };
  };`;
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const count = 1e8;
  const workers = Array.from({ length: threads }, () => new Worker(address));
  const answers = (message: unknown) =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.onmessage = resolve;
            worker.postMessage(message);
          }),
      ),
    );
  await answers({ bytes: boundModule, count });
  const { seconds } = await timed(() => answers('go'));
  workers.forEach((worker) => worker.terminate());
  // Eight vectors of two.
  const aSecond = (threads * count * 16) / seconds;
  const width = layers * hidden;
  return (rows * width * (width + 1)) / 2 / aSecond;
}
