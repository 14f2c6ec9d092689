/** Probe trainers in workers of their own: the same numbers to the last bit, whatever the number of threads. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnProductsSpec, Device, ProbeTrainer } from '../../src/compute/device.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { openDevice } from '../../src/compute/open.ts';
import { neuronProducts } from '../../src/redundancy/neuron-products.ts';
import { ProductWorkers } from '../../src/session/worker/product-workers.ts';
import { Trainers } from '../../src/session/worker/trainers.ts';
import { trainingCase } from '../fixtures/training.ts';

const trainers = new Trainers();
const products = new ProductWorkers();
/** Large enough to be worth two threads and more. */
const { spec, batches } = trainingCase({ layers: 4, hidden: 400, outputs: 30 });

describe('on WebAssembly', () => {
  let alone: Device;
  let together: Device;
  let opened = 0;
  beforeAll(async () => {
    alone = await openDevice('wasm', { threads: null });
    const trainerApart = (own: typeof spec) => {
      opened += 1;
      return trainers.open(own);
    };
    const productsApart = () => products.thread();
    together = await openDevice('wasm', { threads: 3, apart: { trainerApart, productsApart } });
  });
  afterAll(() => {
    trainers.close();
    products.close();
    alone.dispose();
    together.dispose();
  });

  test('the same numbers on three threads as on one, and again in the same workers', async () => {
    const expected = await trained(alone.probeTrainer(spec));
    expect(together.threads).toBe(3);
    for (const round of [1, 2]) {
      expect(await trained(together.probeTrainer(spec))).toEqual(expected);
      expect(opened).toBe(3 * round);
      expect(trainers.size).toBe(3);
    }
  });

  test('products of columns, too; few rows stay on this thread', async () => {
    const shape = { rows: 1100, layers: 2, hidden: 201 };
    const values = new Float32Array(shape.rows * shape.layers * shape.hidden);
    new Mt19937(3).uniform(values, -1, 2);
    const activations = inMemory(values, shape, 700);
    // As if there were many rows: enough to be worth four threads.
    const many = (device: Device) => ({
      columnProducts: (own: ColumnProductsSpec) => device.columnProducts({ ...own, rows: 1e6 }),
    });
    const expected = await neuronProducts(alone, activations);
    expect(expected.products.buffer).toBeInstanceOf(ArrayBuffer);
    for (const threads of [2, 4]) {
      const apart = { trainerApart: trainers.open.bind(trainers), productsApart: () => products.thread() };
      const device = await openDevice('wasm', { threads, apart });
      const found = await neuronProducts(many(device), activations);
      expect(found.products.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(found.products).toEqual(expected.products);
      expect(found.squares).toEqual(expected.squares);
      const few = await neuronProducts(device, activations);
      expect(few.products.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });

  test('probes too small to be worth it stay on this thread', async () => {
    const before = opened;
    const small = trainingCase({ layers: 4, hidden: 16, outputs: 2 });
    together.probeTrainer(small.spec).dispose();
    expect(opened).toBe(before);
  });
});

test('closed in mid-training, every call rejects instead of waiting for ever', async () => {
  const own = new Trainers();
  const trainer = own.open(spec);
  const [{ data, labels, rows }] = batches;
  const group = { data, labels, rows: [rows] };
  await trainer.steps(group);
  const calls = [trainer.steps(group), trainer.takeLosses()];
  own.close();
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  await expect(trainer.weights()).rejects.toMatchObject({ code: 'cancelled' });
});

async function trained(trainer: ProbeTrainer) {
  for (const { data, labels, rows } of batches) await trainer.step(data, labels, rows);
  const [{ data, rows }] = batches;
  const numbers = {
    losses: await trainer.takeLosses(),
    scores: await trainer.scores(data, rows),
    weights: await trainer.weights(),
  };
  trainer.dispose();
  return numbers;
}
