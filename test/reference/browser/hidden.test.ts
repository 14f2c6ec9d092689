/** minilm-sst2 on all of SST-2 dev, from text to activations on WebAssembly, against PyTorch's hidden states. */
import { expect, test } from 'vitest';
import { openStore } from '../../../src/activations/cache.ts';
import { extractActivations } from '../../../src/activations/extract.ts';
import { openEncoder } from '../../../src/model/encoder.ts';
import { recogniseModel } from '../../../src/model/recognise.ts';
import { encodeRows } from '../../../src/model/tokenize.ts';
import { readTensors, relativeError } from '../../browser/probe-golden.ts';

import configUrl from '../../../../shared/models/minilm-sst2/config.json?url';
import weightsUrl from '../../../../shared/models/minilm-sst2/model.safetensors?url';
import tokenizerUrl from '../../../../shared/models/minilm-sst2/tokenizer.json?url';
import devUrl from '../../../../shared/data/glue/SST-2/dev.tsv?url';
import hiddenUrl from '../../../../shared/golden/sst2/hidden.safetensors?url';

async function load(name: string, url: string): Promise<{ path: string; file: File }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return { path: `minilm-sst2/${name}`, file: new File([await response.blob()], name) };
}

test('every layer of all 872 rows is within 1e-5 of PyTorch', async () => {
  const { source } = await recogniseModel([
    await load('config.json', configUrl),
    await load('model.safetensors', weightsUrl),
    await load('tokenizer.json', tokenizerUrl),
  ]);
  if (!source?.tokenizer) throw new Error('minilm-sst2 was not recognised');
  const lines = (await (await load('dev.tsv', devUrl)).file.text()).split('\n').slice(1);
  const texts = lines.filter((line) => line !== '').map((line) => ({ text: line.split('\t')[0], pair: null }));
  const rows = await encodeRows(source.tokenizer, texts, 128);
  const shape = { rows: rows.rows, layers: 7, hidden: 384 };
  const store = await openStore({
    key: 'reference',
    title: 'reference',
    shape,
    memoryBytes: 2 ** 30,
    warn: expect.fail,
  });
  const open = () => openEncoder(source, { backend: 'wasm', threads: 2 });
  const activations = await extractActivations(rows, open, store);
  await store.close();

  const { data } = await activations.block(0);
  const golden = (await readTensors(hiddenUrl)).get('cls');
  expect([rows.rows, data.length]).toEqual([872, golden?.length]);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const ofLayer = (values: Float32Array) => values.filter((_, index) => Math.floor(index / 384) % 7 === layer);
    expect(relativeError(ofLayer(data), ofLayer(golden ?? data)), `layer ${layer}`).toBeLessThanOrEqual(1e-5);
  }
});
