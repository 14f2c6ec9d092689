import { expect, test } from 'vitest';
import { Mt19937 } from '../../src/base/random.ts';
import { panel, productKernel } from '../../src/compute/kernels/column-products.ts';

test.each([
  { panelsA: 1, panelsB: 1, rows: 1 },
  { panelsA: 2, panelsB: 3, rows: 5 },
  { panelsA: 3, panelsB: 1, rows: 64 },
])(
  '$panelsA × $panelsB panels over $rows rows: every entry is one sum in the order of the rows, to the bit',
  async (shape) => {
    const { panelsA, panelsB, rows } = shape;
    const [sizeA, sizeB] = [panelsA, panelsB].map((panels) => panels * panel * rows);
    const [columnsA, columnsB] = [panelsA * panel, panelsB * panel];
    const { memory, multiply } = await productKernel(65_536, 'separate');
    const numbers = new Float64Array(memory.buffer);
    const values = new Float32Array(sizeA + sizeB);
    new Mt19937(2).uniform(values, -1, 1);
    numbers.set(values);
    const out = sizeA + sizeB;
    multiply(0, sizeA * 8, out * 8, panelsA, panelsB, rows);

    const valueAt = (start: number, row: number, column: number) =>
      numbers[start + Math.floor(column / panel) * rows * panel + row * panel + (column % panel)];
    const expected = Array.from({ length: columnsA * columnsB }, (_, at) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        sum += valueAt(0, row, Math.floor(at / columnsB)) * valueAt(sizeA, row, at % columnsB);
      }
      return sum;
    });
    expect([...numbers.subarray(out, out + expected.length)]).toEqual(expected);
    expect(numbers.subarray(out + expected.length).every((number) => number === 0)).toBe(true);
    expect(numbers.subarray(0, out)).toEqual(Float64Array.from(values));
  },
);

test('a memory beyond what WebAssembly can address is a RangeError', async () => {
  await expect(productKernel(2 ** 33, 'separate')).rejects.toThrow(RangeError);
});
