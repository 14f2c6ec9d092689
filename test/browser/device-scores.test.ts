/** WebGPU beside WebAssembly: float32 sums in another order move no score of a probe by more than 0.2 points. */
import { expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { layerProbes } from '../../src/probe/layer-probes.ts';
import type { ProbeOptions, ProbePart } from '../../src/probe/parts.ts';
import { devices } from './probe-golden.ts';

const shape = { layers: 3, hidden: 48 };
const width = shape.layers * shape.hidden;
const options: ProbeOptions = {
  ...{ classes: 3, protocol: 'paper', seeds: [0], epochs: 4, batchSize: 128, learningRate: 2e-2 },
  ...{ lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy'] },
};

/** Later layers tell more of the label, and none tells all. */
function madePart(draws: Mt19937, rows: number): ProbePart {
  const data = new Float32Array(rows * width);
  draws.uniform(data, -1, 1);
  const noise = new Float32Array(rows);
  draws.uniform(noise, -1, 1);
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const own = data.subarray(row * width, (row + 1) * width);
    const score = own[0] + 2 * own[shape.hidden] + 3 * own[2 * shape.hidden] + 2 * noise[row];
    return score < -1 ? 0 : score < 1 ? 1 : 2;
  });
  return { activations: inMemory(data, { rows, ...shape }, 1000), labels };
}

test('scores of probes on every layer and on layers 0 to k', async () => {
  const draws = new Mt19937(4);
  const parts = { train: madePart(draws, 3000), dev: madePart(draws, 1000), test: madePart(draws, 4000) };
  const scores = new Map<string, number[]>();
  for (const [name, open] of devices) {
    if (name === 'reference') continue;
    const device = await open();
    const { individual, concatenated } = await layerProbes(device, parts, options);
    device.dispose();
    scores.set(
      name,
      [...individual, ...concatenated].map(({ test }) => test.accuracy?.mean ?? NaN),
    );
  }
  const [onWasm, onCard] = scores.values();
  expect(onWasm).toHaveLength(6);
  // Not at chance, and not perfect: there is something that could differ.
  expect(Math.max(...onWasm)).toBeGreaterThan(0.6);
  expect(Math.max(...onWasm)).toBeLessThan(0.95);
  onCard.forEach((score, at) => expect(Math.abs(score - onWasm[at])).toBeLessThanOrEqual(0.002));
});
