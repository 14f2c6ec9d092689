/**
 * BERT and XLNet at their published size, 440 and 470 MB of random weights, through the command line: weights are read
 * by slice, and every layer of every row is a different vector of finite numbers. Numbers themselves are held elsewhere.
 */
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensorsHeader, readTensor } from '../../../src/format/safetensors.ts';
import { architectureOf } from '../../../src/model/architectures/list.ts';
import { parseConfig } from '../../../src/model/config.ts';
import { ownFolder, run } from '../../e2e/cli-process.ts';

const shared = join(import.meta.dirname, '../../../../shared');
const rows = 40;

const configs = {
  'bert-base-uncased': {
    model_type: 'bert',
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    vocab_size: 30_522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
  },
  'xlnet-base-cased': {
    model_type: 'xlnet',
    d_model: 768,
    n_layer: 12,
    n_head: 12,
    d_inner: 3072,
    vocab_size: 32_000,
  },
};

/** Normalisations that do nothing, small weights by a linear congruential generator, written tensor by tensor. */
async function writeModel(folder: string, name: keyof typeof configs): Promise<void> {
  const text = JSON.stringify(configs[name]);
  await writeFile(join(folder, 'config.json'), text);
  await copyFile(join(shared, 'data/tokenizers', name, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const config = parseConfig(text, 'config.json');
  const shapes = architectureOf(config).shapes(config);
  const size = (shape: number[]) => shape.reduce((product, length) => product * length, 1);
  let end = 0;
  const header = Object.fromEntries(
    [...shapes].map(([tensor, shape]) => [
      tensor,
      { dtype: 'F32', shape, data_offsets: [end, (end += 4 * size(shape))] },
    ]),
  );
  const json = new TextEncoder().encode(JSON.stringify(header));
  const file = join(folder, 'model.safetensors');
  await writeFile(file, new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer));
  await appendFile(file, json);
  let state = 1;
  for (const [tensor, shape] of shapes) {
    const values = new Float32Array(size(shape)).fill(/norm\.weight$/i.test(tensor) ? 1 : 0);
    if (shape.length > 1) {
      for (let index = 0; index < values.length; index += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        values[index] = state * 2 ** -35;
      }
    }
    await appendFile(file, new Uint8Array(values.buffer));
  }
}

test.each(['bert-base-uncased', 'xlnet-base-cased'] as const)('%s', async (name) => {
  const folder = await ownFolder();
  const model = join(folder, name);
  await mkdir(model);
  await writeModel(model, name);
  const out = join(folder, 'dev.safetensors');
  const data = join(shared, 'data/glue/SST-2');
  const options = ['--task', 'sst-2', '--file', 'dev', '--rows', `${rows}`, '--device', 'wasm', '--out', out];
  const { code, stderr } = await run('extract', ['--model', model, '--data', data, ...options]);
  expect(code, stderr).toBe(0);

  const file = new Blob([await readFile(out)]);
  const info = (await readSafetensorsHeader(file)).tensors.get('activations');
  if (!info) throw new Error('the file holds no activations');
  expect(info.shape).toEqual([rows, 13, 768]);
  const values = await readTensor(file, info);
  expect(values.every(Number.isFinite)).toBe(true);
  const vectors = new Set<string>();
  for (let at = 0; at < values.length; at += 768) vectors.add(values.subarray(at, at + 8).join());
  // The embedding of the classification token is the same in every row.
  expect(vectors.size).toBe(rows * 12 + 1);
});
