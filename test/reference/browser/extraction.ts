/** The way from dropped files to activations on WebAssembly, as the reference tests take it. */
import { expect } from 'vitest';
import { openStore } from '../../../src/activations/cache.ts';
import { extractActivations } from '../../../src/activations/extract.ts';
import { openEncoder } from '../../../src/model/encoder.ts';
import type { ModelSource, SourceFile } from '../../../src/model/recognise.ts';
import type { EncodedRows, TextRow } from '../../../src/tokenizer/rows.ts';
import type { Padding } from '../../../src/tokenizer/tokenizer.ts';

export async function load(path: string, url: string): Promise<SourceFile> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return { path, file: new File([await response.blob()], path.split('/').at(-1) ?? path) };
}

/** The sentences of an SST-2 file. */
export async function sentences(url: string): Promise<TextRow[]> {
  const lines = (await (await load('dev.tsv', url)).file.text()).split('\n').slice(1);
  return lines.filter((line) => line !== '').map((line) => ({ text: line.split('\t')[0], pair: null }));
}

/** All outputs of all rows, [outputs, layers × hidden]. */
export async function extract(
  title: string,
  source: ModelSource,
  rows: EncodedRows,
  padding?: Padding,
): Promise<Float32Array> {
  const shape = { rows: rows.outputs, layers: source.config.layers + 1, hidden: source.config.hidden };
  const store = await openStore({ key: title, title, shape, memoryBytes: 2 ** 30, warn: expect.fail });
  const activations = await extractActivations(
    rows,
    (perRow) => openEncoder(source, { backend: 'wasm', threads: 2, perRow, ...(padding && { padding }) }),
    store,
  );
  await store.close();
  const all = new Float32Array(rows.outputs * shape.layers * shape.hidden);
  for (let index = 0; index < activations.blockCount; index += 1) {
    const { start, data } = await activations.block(index);
    all.set(data, start * shape.layers * shape.hidden);
  }
  return all;
}

/** The numbers of one layer of vectors [rows, layers × hidden]. */
export function ofLayer(all: Float32Array, layer: number, { layers, hidden }: { layers: number; hidden: number }) {
  return all.filter((_, index) => Math.floor(index / hidden) % layers === layer);
}
