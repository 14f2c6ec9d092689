/** What stands for a sentence, from text to vector, beside sentence-transformers on the same models. */
import { expect, test } from 'vitest';
import { extractFew } from '../../src/activations/extract.ts';
import { perRowOf } from '../../src/activations/fill.ts';
import { poolings, type Pooling } from '../../src/base/pooling.ts';
import { encodeRows } from '../../src/tokenizer/rows.ts';
import { architectureSource } from './architecture-fixtures.ts';
import { limit } from './hidden-states.ts';
import { relativeError, useEncoders } from './model-fixtures.ts';

const open = useEncoders();
const stored = import.meta.glob<{ texts: string[]; vectors: Record<Pooling, number[][]> }>(
  '../fixtures/sentence-transformers/*/vectors.json',
  { import: 'default' },
);

test.each(['bert', 'llama'])('%s: every pooling gives the vectors of sentence-transformers', async (name) => {
  const source = await architectureSource(name);
  const { texts, vectors } = await stored[`../fixtures/sentence-transformers/${name}/vectors.json`]();
  const maxLength = source.config.positions;
  const rows = texts.map((text) => ({ text, pair: null }));
  for (const pooling of poolings) {
    const encoded = await encodeRows(source.tokenizer!, rows, { maxLength, pooling });
    const perRow = perRowOf(encoded);
    expect(perRow).toBe(pooling === 'mean' ? 'mean' : 'one');
    const encoder = await open(source, 'wasm', { perRow, padding: source.tokenizer!.padding });
    const { layers, hidden } = encoder;
    const values = await extractFew(encoded, encoder);
    await encoder.dispose();
    const last = rows.flatMap((_, row) => [
      ...values.subarray(((row + 1) * layers - 1) * hidden, (row + 1) * layers * hidden),
    ]);
    expect(relativeError(last, vectors[pooling].flat()), pooling).toBeLessThanOrEqual(limit);
  }
});
