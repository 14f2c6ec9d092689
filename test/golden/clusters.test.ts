/** Correlation, dendrograms, flat clusters and representatives as numpy and SciPy give them (tools/goldens/clusters.py). */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { dendrogram, flatClusters } from '../../src/redundancy/clusters.ts';
import type { Correlation } from '../../src/redundancy/correlation.ts';
import { linkage } from '../../src/redundancy/linkage.ts';
import { drawnRepresentatives, medoids, mostVarying } from '../../src/redundancy/representatives.ts';
import golden from '../fixtures/clusters/clusters.json' with { type: 'json' };
import { tensorsOf } from '../fixtures/tensors.ts';
import { correlationOf } from '../fixtures/correlation.ts';

let tensor: (name: string) => number[];
beforeAll(async () => {
  tensor = await tensorsOf(join(import.meta.dirname, '../fixtures/clusters/clusters.safetensors'));
});

function labelsOf(name: string): number[][] {
  const all = tensor(`${name}.labels`);
  const points = all.length / golden.thresholds.length;
  return golden.thresholds.map((_, i) => all.slice(i * points, (i + 1) * points));
}

const sets = [...golden.distances, ...Object.keys(golden.activations)];

test.each(sets)('%s: from the same distances the very same dendrogram and clusters', async (name) => {
  const expected = labelsOf(name);
  const z = await linkage(Float64Array.from(tensor(`${name}.distances`)), expected[0].length);
  expect([...z]).toEqual(tensor(`${name}.linkage`));
  expect(golden.thresholds.map((threshold) => [...flatClusters(z, threshold)])).toEqual(expected);
});

describe.each(Object.entries(golden.activations))('%s: from activations', (name, set) => {
  let correlation: Correlation;
  beforeAll(async () => {
    const data = Float32Array.from(tensor(`${name}.activations`));
    correlation = await correlationOf(inMemory(data, set, 33));
  });

  test('distances to 1e-14', () => {
    const expected = tensor(`${name}.distances`);
    expect(correlation.distances).toHaveLength(expected.length);
    correlation.distances.forEach((distance, i) => expect(Math.abs(distance - expected[i])).toBeLessThan(1e-14));
  });

  test('the same clusters with the same numbers', async () => {
    const { linkage: z } = await dendrogram(correlation, { constants: 'clustered' });
    expect(golden.thresholds.map((threshold) => [...flatClusters(z, threshold)])).toEqual(labelsOf(name));
  });

  test('the same representatives by every rule', async () => {
    const { linkage: z } = await dendrogram(correlation, { constants: 'clustered' });
    const random = new Mt19937(golden.seed);
    random.shuffle(new Int32Array(set.rows));
    for (const { threshold, drawn, medoids: middle, varying } of set.representatives) {
      const labels = flatClusters(z, threshold);
      expect(drawnRepresentatives(labels, random)).toEqual(drawn);
      expect(medoids(labels, correlation)).toEqual(middle);
      expect(mostVarying(labels, correlation)).toEqual(varying);
    }
  });
});
