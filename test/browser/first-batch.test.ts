/** The layers of a whole encoder beside those of one that is cut, as a card's first batch is compared: of every architecture. */
import { expect, test } from 'vitest';
import { firstBatchDifference } from '../../src/activations/first-batch.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import type { EncodedRows } from '../../src/tokenizer/rows.ts';
import { architectureGolden, architectureModels, architectureSource } from './architecture-fixtures.ts';

test.each(architectureModels)('%s: cut layers are those of the whole model (1e-5)', async (name) => {
  const model = await architectureSource(name);
  const options = { threads: 2, ...(model.tokenizer && { padding: model.tokenizer.padding }) };
  const whole = await openEncoder(model, { ...options, backend: 'wasm' });
  const difference = await firstBatchDifference(await firstTokens(name), whole, model, options);
  await whole.dispose();
  expect(difference!.relative).toBeLessThan(1e-5);
});

/** The golden's rows, with the first token of each. */
async function firstTokens(name: string): Promise<EncodedRows> {
  const { rows } = await architectureGolden(name);
  const starts = rows.map((_, row) => rows.slice(0, row).reduce((sum, { ids }) => sum + ids.length, 0));
  const ids = rows.flatMap((row) => row.ids);
  const count = rows.length;
  return {
    ...{ rows: count, outputs: count, outputOffsets: Uint32Array.from({ length: count + 1 }, (_, row) => row) },
    ...{ ids: Int32Array.from(ids), typeIds: Uint8Array.from(rows.flatMap((row) => row.type_ids)) },
    offsets: Uint32Array.from([...starts, ids.length]),
    ...{ pooledFrom: Uint32Array.from(starts), pooledTo: Uint32Array.from(starts, (start) => start + 1) },
  };
}
