import { expect, test } from 'vitest';
import { architectureGolden } from './architecture-fixtures.ts';
import { causalGolden, exportSource, originOf } from './export-fixtures.ts';
import { everyToken, hiddenStatesOn, limit, worst } from './hidden-states.ts';
import { asBatch, paddedAtEnd } from './model-fixtures.ts';

const open = hiddenStatesOn('wasm');

test.each(['bert-decomposed', 'bert-hidden', 'xlnet-decomposed'] as const)('%s stops at layer 1', async (name) => {
  const truth = await architectureGolden(originOf(name));
  const encoder = await open(await exportSource(name), 'wasm', { layers: 1 });
  expect(encoder.layers).toBe(2);
  const batch = asBatch(truth.rows, undefined, { pooled: everyToken, padding: paddedAtEnd });
  expect(await worst(encoder, truth, batch, [...truth.rows.keys()])).toBeLessThanOrEqual(limit);
  await encoder.dispose();
});

test('an export with a causal mask gives those of PyTorch, alone and padded; the last token stands for a sentence', async () => {
  const truth = await causalGolden();
  const rows = [...truth.rows.keys()];
  const source = await exportSource('bert-causal');
  expect(source.tokenizer?.classification).toBe('last');
  const encoder = await open(source, 'wasm');
  const length = Math.max(...truth.rows.map(({ ids }) => ids.length)) + 3;
  const together = asBatch(truth.rows, length, { pooled: everyToken, padding: paddedAtEnd });
  expect(await worst(encoder, truth, together, rows)).toBeLessThanOrEqual(limit);
  for (const row of rows) {
    const alone = asBatch([truth.rows[row]], undefined, { pooled: everyToken, padding: paddedAtEnd });
    expect(await worst(encoder, truth, alone, [row])).toBeLessThanOrEqual(limit);
  }
  // Without the mask they are others.
  expect(await worst(encoder, await architectureGolden('bert'), together, rows)).toBeGreaterThan(0.01);
  await encoder.dispose();
});

test('a float16 export gives them to its precision', async () => {
  const truth = await architectureGolden('bert');
  const batch = asBatch(truth.rows, undefined, { pooled: everyToken, padding: paddedAtEnd });
  const rows = [...truth.rows.keys()];
  const encoder = await open(await exportSource('bert-float16'), 'wasm');
  const error = await worst(encoder, truth, batch, rows);
  // onnxruntime of Python: 9.5e-4.
  expect(error).toBeGreaterThan(1e-4);
  expect(error).toBeLessThan(1.5e-3);
  await encoder.dispose();
});
