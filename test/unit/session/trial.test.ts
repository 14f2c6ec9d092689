import { expect, test } from 'vitest';
import { Mt19937 } from '../../../src/base/random.ts';
import { referenceDevice } from '../../../src/compute/reference/device.ts';
import { defaultOptions } from '../../../src/session/contract.ts';
import { trialEpochs } from '../../../src/session/estimate/trial.ts';

const rows = 240;
const [layers, hidden] = [3, 8];

/** Activations that move with the label by so much. */
async function epochsAt(shift: number): Promise<number> {
  const draws = new Mt19937(5);
  const labels = Array.from({ length: rows }, () => draws.interval(1));
  const data = new Float32Array(rows * layers * hidden);
  draws.uniform(data, -0.5, 0.5);
  data.forEach((_, at) => (data[at] += shift * (labels[Math.floor(at / (layers * hidden))] - 0.5)));
  return trialEpochs(referenceDevice(), { data, layers, hidden, labels, classes: 2 }, defaultOptions);
}

test('a trial on a few rows tells a task that a model shows from one that it does not', async () => {
  expect(await epochsAt(0.5)).toBeGreaterThan(3 * (await epochsAt(0)));
});

test('where no neuron varies nothing is trained', async () => {
  const data = new Float32Array(rows * layers * hidden).fill(2);
  const labels = Array.from({ length: rows }, (_, row) => row % 2);
  expect(await trialEpochs(referenceDevice(), { data, layers, hidden, labels, classes: 2 }, defaultOptions)).toBe(0);
});
