import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { checkThresholds } from '../../src/data/question.ts';
import { clusterCounts, clustersAt, dendrogram, flatClusters, membersOf } from '../../src/redundancy/clusters.ts';
import { linkage } from '../../src/redundancy/linkage.ts';
import { drawnRepresentatives, medoids, mostVarying } from '../../src/redundancy/representatives.ts';
import { pooledWindows, windows } from '../../src/redundancy/windows.ts';
import { correlationOf } from '../fixtures/correlation.ts';

/** Neurons by layers of 8: layer 0 constant, the rest independent but for what is planted. */
const shape = { rows: 400, layers: 4, hidden: 8 };
const width = shape.layers * shape.hidden;
const planted = {
  copied: [9, 10, 27],
  negated: [12, 20],
  scaled: [15, 17, 31],
  noisy: [18, 25, 26],
};

async function plantedCorrelation() {
  const data = new Float32Array(shape.rows * width);
  new Mt19937(9).uniform(data, -1, 1);
  for (let row = 0; row < shape.rows; row++) {
    const neurons = data.subarray(row * width, (row + 1) * width);
    for (let j = 0; j < shape.hidden; j++) neurons[j] = j / 10;
    neurons[10] = neurons[27] = neurons[9];
    neurons[20] = -neurons[12];
    neurons[17] = 40 * neurons[15] - 3;
    neurons[31] = -0.02 * neurons[15];
    // The noise of 25 and 26 is independent and has a third of the signal's deviation: |r| is 0.95, between them 0.9.
    neurons[25] = neurons[18] + neurons[25] / 3;
    neurons[26] = neurons[18] - neurons[26] / 3;
  }
  return correlationOf(inMemory(data, shape));
}

const together = (members: number[][]) => members.filter((cluster) => cluster.length > 1).sort((a, b) => a[0] - b[0]);

describe('planted redundancy', () => {
  test.each([0.2, 0.3, 0.5])('exactly the planted clusters at %s, constant neurons alone or aside', async (c) => {
    const correlation = await plantedCorrelation();
    const kept = await dendrogram(correlation, { constants: 'clustered' });
    const aside = await dendrogram(correlation, { constants: 'aside' });
    for (const tree of [kept, aside]) {
      expect(tree.constantNeurons).toBe(8);
      expect(together(membersOf(clustersAt(tree, c)))).toEqual(Object.values(planted));
    }
    const clusters = 24 - 7;
    expect(clusterCounts(kept, [c])).toEqual([clusters + 8]);
    expect(clusterCounts(aside, [c])).toEqual([clusters]);
    expect([...clustersAt(aside, c).subarray(0, 8)]).toEqual(new Array(8).fill(0));
  });

  test('one neuron a cluster: the source of the noise is the middle, the largest scale varies most', async () => {
    const correlation = await plantedCorrelation();
    const labels = clustersAt(await dendrogram(correlation, { constants: 'aside' }), 0.3);
    const members = membersOf(labels);
    const middle = medoids(labels, correlation);
    expect(middle[labels[18] - 1]).toBe(18);
    expect(middle[labels[12] - 1]).toBe(12);
    expect(middle[labels[9] - 1]).toBe(9);
    expect(mostVarying(labels, correlation)[labels[15] - 1]).toBe(17);
    const drawn = drawnRepresentatives(labels, new Mt19937(1));
    drawn.forEach((neuron, cluster) => expect(members[cluster]).toContain(neuron));
    expect(new Set(drawn).size).toBe(members.length);
  });

  test('windows reach from the first to the last layer of each cluster', async () => {
    const tree = await dendrogram(await plantedCorrelation(), { constants: 'aside' });
    const found = windows(clustersAt(tree, 0.3), shape);
    // copied 1–3, negated 1–2, scaled 1–3, noisy 2–3, and 13 alone.
    expect(found.map(({ clusters }) => clusters)).toEqual([13, 2, 2, 0]);
    expect(found.map(({ window }) => window)).toEqual([1, 2, 3, 4]);
    const pooled = pooledWindows([found, [{ window: 1, clusters: 5 }], found]);
    expect(pooled.map(({ clusters }) => clusters)).toEqual([31, 4, 4, 0]);
  });

  test('the layers that a LayerSelector kept are clustered as if there were no others', async () => {
    const correlation = await plantedCorrelation();
    const tree = await dendrogram(correlation, { width: 24, constants: 'aside' });
    expect(tree.neurons).toHaveLength(16);
    expect(together(membersOf(clustersAt(tree, 0.3)))).toEqual([
      [9, 10],
      [12, 20],
      [15, 17],
    ]);
  });

  test('−1 leaves every neuron by itself, in order', async () => {
    const tree = await dendrogram(await plantedCorrelation(), { constants: 'clustered' });
    expect([...clustersAt(tree, -1)]).toEqual(Array.from({ length: width }, (_, i) => i + 1));
    expect(clusterCounts(tree, [-1])).toEqual([width]);
  });
});

test('only constant neurons: one cluster each, or none', async () => {
  const data = new Float32Array(12).fill(0.1);
  const correlation = await correlationOf(inMemory(data, { rows: 3, layers: 2, hidden: 2 }));
  const kept = await dendrogram(correlation, { constants: 'clustered' });
  const aside = await dendrogram(correlation, { constants: 'aside' });
  expect([...clustersAt(kept, 0.9)].sort()).toEqual([1, 2, 3, 4]);
  expect([...clustersAt(aside, 0.9)]).toEqual([0, 0, 0, 0]);
  expect(clusterCounts(aside, [-1, 0.9])).toEqual([0, 0]);
  const labels = clustersAt(aside, 0.9);
  expect(medoids(labels, correlation)).toEqual([]);
  expect(windows(labels, { layers: 2, hidden: 2 }).map(({ clusters }) => clusters)).toEqual([0, 0]);
});

test('one point is one cluster', async () => {
  const z = await linkage(new Float64Array(0), 1);
  expect(z).toHaveLength(0);
  expect([...flatClusters(z, 0.3)]).toEqual([1]);
});

test('distances of another number of points, or not finite, are refused', async () => {
  await expect(linkage(new Float64Array(2), 3)).rejects.toThrow('3 points have 3 distances, not 2.');
  for (const value of [NaN, Infinity, -Infinity]) {
    await expect(linkage(Float64Array.of(1, value, 1), 3)).rejects.toThrow(RangeError);
  }
});

test('linkage tells its progress, and stops when asked', async () => {
  const n = 40;
  const random = new Mt19937(10);
  const distances = Float64Array.from({ length: (n * (n - 1)) / 2 }, () => random.uint32() / 2 ** 32);
  // A clock that jumps: every merge ends a slice of work.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  onTestFinished(() => clock.mockRestore());
  const seen: number[] = [];
  await linkage(distances.slice(), n, { progress: (done, total) => seen.push(done / total) });
  expect(seen.at(-1)).toBe(1);
  expect(seen).toHaveLength(n);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  const control = new AbortController();
  const stopped = linkage(distances, n, { signal: control.signal, progress: () => control.abort() });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});

test.each([[[]], [[0]], [[1]], [[0.3, 1.2]], [[-0.5]], [[NaN]], [[Infinity]]])('thresholds %j are refused', (list) => {
  expect(() => checkThresholds(list)).toThrow(expect.objectContaining({ code: 'bad-option' }));
});

test('thresholds between 0 and 1, and −1, are taken', () => {
  expect(() => checkThresholds([-1, 0.001, 0.3, 0.999])).not.toThrow();
});
