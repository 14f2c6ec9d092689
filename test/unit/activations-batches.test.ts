import { expect, test } from 'vitest';
import { planBatches } from '../../src/activations/batches.ts';

/** Rows of the given lengths, packed. */
function offsetsOf(lengths: number[]): Uint32Array {
  let end = 0;
  return Uint32Array.from([0, ...lengths.map((length) => (end += length))]);
}

const lengths = Array.from({ length: 300 }, (_, row) => 1 + ((row * 37) % 61));

test.each(['wasm', 'webgpu'] as const)(
  'on %s every row of the range comes once, in a batch that holds it',
  (backend) => {
    const batches = planBatches(offsetsOf(lengths), 50, 200, { backend, maxLength: 64 });
    const rows = batches.flatMap((batch) => batch.rows);
    expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => 50 + index));
    for (const batch of batches) {
      const longest = Math.max(...batch.rows.map((row) => lengths[row]));
      expect(batch.length).toBeGreaterThanOrEqual(longest);
      expect(batch.length).toBeLessThan(longest + 8);
    }
    expect(batches.map(({ length }) => length)).toEqual(batches.map(({ length }) => length).sort((a, b) => b - a));
  },
);

test.each(['wasm', 'webgpu'] as const)('on %s nothing is padded where that would change numbers', (backend) => {
  const batches = planBatches(offsetsOf([...lengths, 0, 0]), 0, 302, { backend, maxLength: 64, unpadded: true });
  expect(batches.flatMap(({ rows }) => rows).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 302 }, (_, i) => i),
  );
  for (const { rows, length } of batches) for (const row of rows) expect(Math.max(1, lengths[row] ?? 0)).toBe(length);
  expect(batches.length).toBeLessThan(302);
});

test('on WebAssembly no batch is padded beyond its longest row, nor larger than the budget', () => {
  const batches = planBatches(offsetsOf(lengths), 0, 300, { backend: 'wasm', maxLength: 64 });
  for (const { rows, length } of batches) {
    expect(length).toBe(lengths[rows[0]]);
    expect(rows.length * length).toBeLessThanOrEqual(512);
  }
});

test('on WebGPU lengths are rounded up, never beyond what the model takes', () => {
  const plan = (length: number, maxLength: number) =>
    planBatches(offsetsOf([length]), 0, 1, { backend: 'webgpu', maxLength })[0].length;
  expect([plan(9, 64), plan(16, 64), plan(65, 66)]).toEqual([16, 16, 66]);
});

test('a row longer than the budget runs alone', () => {
  const batches = planBatches(offsetsOf([600, 600, 2]), 0, 3, { backend: 'wasm', maxLength: 1024 });
  expect(batches.map(({ rows }) => rows)).toEqual([[0], [1], [2]]);
});

test('the same rows always give the same batches', () => {
  const plan = () => planBatches(offsetsOf(lengths), 0, 300, { backend: 'wasm', maxLength: 64 });
  expect(plan()).toEqual(plan());
});
