import { expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { Mt19937 } from '../../src/base/random.ts';
import { bestArithmetic, type Arithmetic } from '../../src/compute/kernels/arithmetic.ts';
import { productModules } from '../../src/compute/kernels/column-products.ts';
import { correlationOf, plainDistances } from '../fixtures/correlation.ts';

const arithmetics: Arithmetic[] = ['fused', 'separate'];

test('Chrome multiplies and adds in one', async () => {
  expect(await bestArithmetic(productModules)).toBe('fused');
});

test.each(arithmetics)('%s: the kernel gives the numbers of plain loops', async (arithmetic) => {
  const shape = { rows: 600, layers: 2, hidden: 67 };
  const width = shape.layers * shape.hidden;
  const data = new Float32Array(shape.rows * width);
  new Mt19937(8).uniform(data, -3, 1);
  for (let row = 0; row < shape.rows; row++) data[row * width + 133] = -data[row * width + 5];
  const { distances } = await correlationOf(inMemory(data, shape, 250), arithmetic);
  const expected = plainDistances(data, width);
  distances.forEach((distance, at) => expect(Math.abs(distance - expected[at])).toBeLessThan(1e-13));
  expect(distances.filter((distance) => distance === 0)).toHaveLength(1);
});
