/** The kernel's softmax beside the plain one in JavaScript. */
import { describe, expect, test } from 'vitest';
import { compiledProbes, type ProbeKernel } from '../../src/compute/kernels/linear-probe.ts';
import { startCompiled } from '../../src/compute/kernels/wasm-kernel.ts';
import { lossAndErrors } from '../../src/compute/reference/loss.ts';
import { Mt19937 } from '../../src/base/random.ts';

const module = await compiledProbes('separate');
const doubleBytes = 8;

interface Case {
  scores: number[];
  labels: number[];
  probes: number;
  outputs: number;
}

function byKernel({ scores, labels, probes, outputs }: Case): { errors: Float64Array; losses: number[] } {
  const rows = labels.length;
  const [labelsAt, found] = [scores.length * doubleBytes, (scores.length + rows) * doubleBytes];
  const bytes = found + rows * probes * 2 * doubleBytes;
  const kernel: ProbeKernel = startCompiled(module, bytes);
  const doubles = new Float64Array(kernel.memory.buffer);
  doubles.set(scores);
  new Int32Array(kernel.memory.buffer).set(labels, labelsAt / 4);
  kernel.softmax(0, labelsAt, found, rows, probes, outputs);
  const losses = Array.from({ length: probes }, (_, probe) => {
    const each = labels.map((__, row) => found / doubleBytes + 2 * (row * probes + probe));
    return each.reduce((sum, at) => sum + (Math.log(doubles[at]) + doubles[at + 1]) / rows, 0);
  });
  return { errors: doubles.slice(0, scores.length), losses };
}

function expected({ scores, labels, probes, outputs }: Case): { errors: Float64Array; losses: Float64Array } {
  const [errors, losses] = [Float64Array.from(scores), new Float64Array(probes)];
  const spec = { probes, outputs, loss: 'cross-entropy' } as const;
  lossAndErrors(errors, Int32Array.from(labels), labels.length, spec, losses);
  return { errors, losses };
}

function made(probes: number, outputs: number, rows: number, scale: number): Case {
  const random = new Mt19937(outputs);
  const scores = new Float32Array(rows * probes * outputs);
  random.uniform(scores, -scale, scale);
  return { scores: [...scores], labels: Array.from({ length: rows }, (_, row) => row % outputs), probes, outputs };
}

describe('softmax of the kernel', () => {
  test.each([
    [1, 2, 1, 1],
    [3, 2, 7, 10],
    [2, 3, 5, 0.01],
    [1, 224, 9, 40],
    [2, 17, 4, 2000],
  ])('%i probes of %i outputs, %i rows, scores up to %f', (probes, outputs, rows, scale) => {
    const given = made(probes, outputs, rows, scale);
    const [found, plain] = [byKernel(given), expected(given)];
    for (const [i, error] of plain.errors.entries())
      expect(Math.abs(found.errors[i] - error)).toBeLessThan(1e-10 / rows);
    for (const [p, loss] of plain.losses.entries()) expect(found.losses[p] / loss).toBeCloseTo(1, 10);
  });

  test('each exponential is right to 1e-11 of itself, from 0 down to where float32 ends', () => {
    const scores = Array.from({ length: 201 }, (_, i) => -i * 0.517);
    const given = { scores, labels: [0], probes: 1, outputs: scores.length };
    const { errors } = byKernel(given);
    const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
    scores
      .slice(1)
      .forEach((score, i) => expect(Math.abs((errors[i + 1] * sum) / Math.exp(score) - 1)).toBeLessThan(1e-11));
  });

  test('what is not a number does not become one; a score far below is as good as 0', () => {
    for (const wrong of [NaN, Infinity]) {
      for (const outputs of [2, 3]) {
        const scores = new Array<number>(outputs).fill(1);
        scores[outputs - 1] = wrong;
        expect(byKernel({ scores, labels: [0], probes: 1, outputs }).losses).toEqual([NaN]);
      }
    }
    const { errors, losses } = byKernel({ scores: [5, -Infinity, -1e9], labels: [0], probes: 1, outputs: 3 });
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1e-300);
    expect(losses).toEqual([0]);
  });
});
