/** Clusters of the SST-2 activations in `../shared` against SciPy's, by the paper's protocol. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { splitSeed } from '../../src/data/split.ts';
import { clusterCounts, type Dendrogram, dendrogram, flatClusters } from '../../src/redundancy/clusters.ts';
import type { Correlation } from '../../src/redundancy/correlation.ts';
import { rowOffset } from '../../src/compute/products/condensed.ts';
import { linkageColumns } from '../../src/redundancy/linkage.ts';
import { drawnRepresentatives } from '../../src/redundancy/representatives.ts';
import { tensorsOf } from '../fixtures/tensors.ts';
import { correlationOf } from '../fixtures/correlation.ts';

const golden = join(import.meta.dirname, '../../../shared/golden/sst2');
const rows = 872;
const width = 7 * 384;
const thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

let tensor: (name: string) => number[];
let correlation: Correlation;
let tree: Dendrogram;
beforeAll(async () => {
  tensor = await tensorsOf(join(golden, 'clusters.safetensors'));
  const hidden = await tensorsOf(join(golden, 'hidden.safetensors'));
  const data = Float32Array.from(hidden('cls'));
  correlation = await correlationOf(inMemory(data, { rows, layers: 7, hidden: 384 }));
  tree = await dendrogram(correlation, { constants: 'clustered' });
});

test('correlation to 1e-14', () => {
  const expected = tensor('correlation.rows');
  [400, 1000, 2000].forEach((i, at) => {
    for (let j = i + 1; j < width; j++) {
      const distance = 1 - Math.abs(expected[at * width + j]);
      expect(Math.abs(correlation.distances[rowOffset(i, width) + j] - distance)).toBeLessThan(1e-14);
    }
  });
});

test('linkage: the same merges in the same order, heights to 1e-9', () => {
  const expected = tensor('linkage');
  expect(tree.linkage).toHaveLength(expected.length);
  const isHeight = (_: unknown, i: number) => i % linkageColumns === 2;
  const isMerge = (_: unknown, i: number) => i % linkageColumns !== 2;
  expect([...tree.linkage].filter(isMerge)).toEqual(expected.filter(isMerge));
  const heights = expected.filter(isHeight);
  [...tree.linkage].filter(isHeight).forEach((height, i) => expect(Math.abs(height - heights[i])).toBeLessThan(1e-9));
});

test.each(thresholds)('labels at %s', (threshold) => {
  const labels = flatClusters(tree.linkage, threshold);
  expect([...labels]).toEqual(tensor(`labels.${threshold}`));
  expect(clusterCounts(tree, [threshold])).toEqual([Math.max(...labels)]);
});

test('representatives as numpy draws them after the split', () => {
  const text = readFileSync(join(golden, 'representatives.json'), 'utf8');
  for (const [threshold, expected] of Object.entries(JSON.parse(text) as Record<string, number[]>)) {
    const random = new Mt19937(splitSeed);
    random.shuffle(new Int32Array(rows));
    expect(drawnRepresentatives(flatClusters(tree.linkage, Number(threshold)), random)).toEqual(expected);
  }
});

test('the constant layer: clusters of one, or set aside', async () => {
  expect(tree.constantNeurons).toBe(384);
  const aside = await dendrogram(correlation, { constants: 'aside' });
  expect(aside.neurons).toHaveLength(width - 384);
  const [kept, left] = [clusterCounts(tree, thresholds), clusterCounts(aside, thresholds)];
  expect(left).toEqual(kept.map((count) => count - 384));
});
