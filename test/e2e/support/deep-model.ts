/**
 * A model of many narrow layers, made of the tiny BERT's: its activations are wide for the little time that it takes,
 * so that a few thousand rows fill several chunks of the cache. It is a fixture of sizes; its numbers mean nothing.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../headless/serve.ts';
import { changeJson, type Header } from './broken.ts';

/** With 32 layers, the embeddings included, of 32 neurons a row takes 4 KiB: a chunk of 32 MiB holds 8,192 rows. */
const layers = 31;
export const chunkRows = 8192;

const fixture = join(root, 'test/fixtures/models/bert');
const layerPrefix = 'bert.encoder.layer.';

export async function deepModelFolder(parent: string): Promise<string> {
  const folder = join(parent, 'deep-bert');
  await mkdir(folder);
  await cp(join(fixture, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  await cp(join(fixture, 'config.json'), join(folder, 'config.json'));
  await changeJson(join(folder, 'config.json'), { num_hidden_layers: layers });
  await writeFile(join(folder, 'model.safetensors'), repeated(await readFile(join(fixture, 'model.safetensors'))));
  return folder;
}

/** The same weights with the first layer as often as there are layers. */
function repeated(bytes: Buffer): Buffer {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Header;
  const made: Header = {};
  const data: Buffer[] = [];
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === '__metadata__' || (name.startsWith(layerPrefix) && !name.startsWith(`${layerPrefix}0.`))) continue;
    const count = name.startsWith(layerPrefix) ? layers : 1;
    for (let layer = 0; layer < count; layer += 1) {
      const piece = bytes.subarray(start + offsets[0], start + offsets[1]);
      made[name.replace(`${layerPrefix}0.`, `${layerPrefix}${layer}.`)] = {
        dtype,
        shape,
        data_offsets: [end, (end += piece.length)],
      };
      data.push(piece);
    }
  }
  const text = Buffer.from(JSON.stringify(made));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...data]);
}
