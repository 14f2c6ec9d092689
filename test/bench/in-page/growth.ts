/** More and more rows, kept in the browser's storage as a run keeps them: probes, products and selection. */
import { openStore } from '../../../src/activations/cache.ts';
import { part, type Activations } from '../../../src/activations/matrix.ts';
import { Mt19937 } from '../../../src/base/random.ts';
import type { Device } from '../../../src/compute/device.ts';
import { layerProbes } from '../../../src/probe/layer-probes.ts';
import type { ProbePart } from '../../../src/probe/parts.ts';
import { Clusterer, drawsAfterSplit } from '../../../src/redundancy/clusterer.ts';
import { correlationDistances } from '../../../src/redundancy/correlation.ts';
import { neuronProducts } from '../../../src/redundancy/neuron-products.ts';
import { selectNeuronSets } from '../../../src/redundancy/selection.ts';
import { fail, timed } from './clock.ts';
import { heldOut, madeRows, type MadeSizes } from './made.ts';

const memoryBytes = 2 * 2 ** 30;
/** Enough to tell how time grows; a run takes ten. */
const epochs = 2;

export async function growth(device: Device, sizes: MadeSizes): Promise<Record<string, number>> {
  const { rows, layers, hidden, classes } = sizes;
  const { activations, labels, seconds: filling } = await fill(sizes);
  const partOf = (start: number, end: number): ProbePart => ({
    activations: part(activations, start, end),
    labels: labels.slice(start, end),
  });
  const parts = {
    train: partOf(0, rows),
    dev: partOf(rows, rows + heldOut),
    test: partOf(rows + heldOut, rows + 2 * heldOut),
  };
  const options = {
    ...{ classes, protocol: 'paper' as const, seeds: [0], epochs, batchSize: 128, learningRate: 1e-3 },
    ...{ lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy' as const], metric: 'accuracy' as const },
  };
  const probes = await timed(() => layerProbes(device, parts, options));
  const products = await timed(() => neuronProducts(device, parts.train.activations));
  const correlation = await correlationDistances(products.value);
  const draws = drawsAfterSplit(0, rows);
  const clusterer = new Clusterer(correlation, { protocol: options.protocol, hidden, draws });
  const question = { deltas: [{ layers: 1, neurons: 1 }], thresholds: [-1] };
  const input = { parts, layers: probes.value, clusterer };
  const selection = await timed(() => selectNeuronSets(device, input, question, options));
  const trained = selection.value.reduce((sum, { entry }) => sum + entry.sizes.length, 0);
  return {
    ...{ filling, probes: probes.seconds, products: products.seconds, selection: selection.seconds / trained },
    width: layers * hidden,
  };
}

/** Chunk by chunk: no more than one is in memory beside the store's own. */
async function fill(sizes: MadeSizes): Promise<{ activations: Activations; labels: Int32Array; seconds: number }> {
  const { layers, hidden } = sizes;
  const shape = { rows: sizes.rows + 2 * heldOut, layers, hidden };
  const store = await openStore({ key: crypto.randomUUID(), title: 'bench', shape, memoryBytes, warn: fail });
  const draws = new Mt19937(1);
  const labels = new Int32Array(shape.rows);
  const { seconds } = await timed(async () => {
    for (let chunk = 0; chunk < store.chunkCount; chunk++) {
      const start = chunk * store.chunkRows;
      const count = Math.min(store.chunkRows, shape.rows - start);
      const made = madeRows(draws, count, sizes);
      labels.set(made.labels, start);
      await store.put(chunk, made.data);
    }
  });
  await store.close();
  return { activations: store.activations(), labels, seconds };
}
