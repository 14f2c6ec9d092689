/**
 * Clustering at the size of the paper's models: 13 layers of 768 neurons over 60,000 rows, made by a seed chunk by chunk.
 * Planted: layer 0 constant; of the rest every fourth part of the layers repeats the same signals, flipped and with noise.
 */
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import type { Activations } from '../../../../src/activations/matrix.ts';
import { clusterCounts, clustersAt, dendrogram, membersOf } from '../../../../src/redundancy/clusters.ts';
import { correlationDistances } from '../../../../src/redundancy/correlation.ts';
import { neuronProducts } from '../../../../src/redundancy/neuron-products.ts';
import { processor } from '../../../fixtures/correlation.ts';
import { medoids } from '../../../../src/redundancy/representatives.ts';
import { windows } from '../../../../src/redundancy/windows.ts';

declare module 'vitest/browser' {
  /** Of test/reference/long/memory-commands.ts. */
  interface BrowserCommands {
    watchMemory(): Promise<number>;
    mostMemory(): Promise<number>;
  }
}

const shape = { rows: 60_000, layers: 13, hidden: 768 };
const width = shape.layers * shape.hidden;
const signals = 3 * shape.hidden;
const thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const limitBytes = 1.2 * 2 ** 30;

/** A number in [−1, 1) for each pair, always the same. */
function noise(row: number, column: number): number {
  let mixed = Math.imul(row, 0x9e3779b1) ^ Math.imul(column + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) / 2 ** 31;
}

function generated(): Activations {
  const blockRows = 800;
  const data = new Float32Array(blockRows * width);
  const signal = new Float64Array(signals);
  return {
    ...shape,
    blockRows,
    blockCount: shape.rows / blockRows,
    block(index) {
      const start = index * blockRows;
      for (let row = 0; row < blockRows; row++) {
        for (let j = 0; j < signals; j++) signal[j] = noise(start + row, width + j);
        const neurons = data.subarray(row * width, (row + 1) * width).fill(0.25, 0, shape.hidden);
        for (let j = shape.hidden; j < width; j++) {
          const sign = j % 2 === 0 ? 1 : -1;
          neurons[j] = sign * signal[(j - shape.hidden) % signals] + 0.3 * noise(start + row, j);
        }
      }
      return Promise.resolve({ start, rows: blockRows, data });
    },
  };
}

interface Timed<T> {
  result: T;
  /** What it took, as a sentence for the log. */
  took: string;
}

/** Times the work, and the longest that its progress stood still. */
async function timed<T>(name: string, work: (progress: () => void) => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  let last = start;
  let longest = 0;
  const progress = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const result = await work(progress);
  progress();
  const [elapsed, silence] = [performance.now() - start, longest].map(Math.round);
  return { result, took: `${name}: ${elapsed} ms, longest without progress ${silence} ms` };
}

test('9,984 neurons over 60,000 rows: the planted clusters at every threshold, in 1.2 GiB', async ({ annotate }) => {
  const before = await commands.watchMemory();
  const { result: correlation, took: correlationTook } = await timed('correlation', async (progress) =>
    correlationDistances(await neuronProducts(processor, generated(), { progress })),
  );
  await annotate(correlationTook);
  const { result: tree, took } = await timed('linkage', (progress) =>
    dendrogram(correlation, { constants: 'clustered' }, { progress }),
  );
  await annotate(took);
  const most = (await commands.mostMemory()) - before;
  await annotate(`memory at most: ${Math.round(most / 2 ** 20)} MiB`);
  expect(most).toBeGreaterThan(width * (width / 2) * 8);
  expect(most).toBeLessThan(limitBytes);

  expect(clusterCounts(tree, thresholds)).toEqual(thresholds.map(() => signals + shape.hidden));
  for (const threshold of thresholds) {
    const start = performance.now();
    const labels = clustersAt(tree, threshold);
    const spans = windows(labels, shape);
    await annotate(`clusters and windows at ${threshold}: ${(performance.now() - start).toFixed(1)} ms`);
    expect(spans.filter(({ clusters }) => clusters > 0)).toEqual([
      { window: 1, clusters: shape.hidden },
      { window: 10, clusters: signals },
    ]);
    const planted = membersOf(labels).filter((members) => members.length > 1);
    for (const members of planted) {
      expect(members.map((neuron) => (neuron - shape.hidden) % signals)).toEqual(
        new Array(4).fill((members[0] - shape.hidden) % signals),
      );
    }
  }
  const labels = clustersAt(tree, 0.3);
  expect(new Set(medoids(labels, correlation).map((neuron) => labels[neuron])).size).toBe(signals + shape.hidden);
});
