/** The tiny models of test/fixtures/models, each with the hidden states that PyTorch computed for a few texts. */
import { afterAll } from 'vitest';
import { openGpu, type Gpu } from '../../src/compute/webgpu/gpu.ts';
import { readSafetensorsHeader, readTensor } from '../../src/format/safetensors.ts';
import type { LayerBlock } from '../../src/model/architecture.ts';
import {
  openEncoder,
  openShortened,
  type TokenBatch,
  type Encoder,
  type EncoderModel,
  type EncoderOptions,
} from '../../src/model/encoder.ts';
import type { SourceFile } from '../../src/model/recognise.ts';
import type { Padding } from '../../src/tokenizer/tokenizer.ts';

const urls = import.meta.glob<string>('../fixtures/models/*/*', { query: '?url', import: 'default', eager: true });

export const modelNames = ['bert', 'bert-fp16', 'bert-bf16', 'bert-sharded', 'bert-bare', 'bert-gelu-new'] as const;
/** The weights of bert as torch.save writes them. */
export const checkpointNames = ['bert-bin', 'bert-bin-legacy', 'bert-bin-sharded'] as const;

/**
 * Opens encoders for a file of tests, those on WebGPU on one device. The first of those stays open to the end: with its
 * last session the runtime forgets every shader of the device, and the software adapter takes seconds to compile one.
 */
export function useEncoders() {
  let gpu: Promise<Gpu> | null = null;
  const kept: Encoder[] = [];
  afterAll(async () => {
    for (const encoder of kept) await encoder.dispose();
    (await gpu)?.device.destroy();
  });
  return async function open(
    model: EncoderModel,
    backend: 'wasm' | 'webgpu',
    { without, ...options }: Partial<EncoderOptions> & { without?: LayerBlock } = {},
  ): Promise<Encoder> {
    const openOn = (place: EncoderOptions): Promise<Encoder> =>
      without && model.kind === 'written' ? openShortened(model, without, place) : openEncoder(model, place);
    if (backend === 'wasm') return openOn({ backend, threads: 2, ...options });
    const { device } = await (gpu ??= openGpu());
    const onGpu = { backend, threads: 2, gpu: device, ...options };
    if (kept.length === 0) kept.push(await openEncoder(model, onGpu));
    return openOn(onGpu);
  };
}

export interface GoldenText {
  text: string;
  pair: string | null;
  ids: number[];
  type_ids: number[];
  tokens: string[];
}

export interface Golden {
  maxLength: number;
  texts: GoldenText[];
  /** Of each text: [layers + 1, tokens, hidden]. */
  hidden: Float32Array[];
}

/** The model's own files, as if its folder had been dropped. */
export async function modelFiles(name: string): Promise<SourceFile[]> {
  const own = Object.entries(urls).filter(([path]) => path.includes(`/${name}/`) && !path.includes('golden'));
  return Promise.all(
    own.map(async ([path, url]) => ({ path: path.split('/').slice(-2).join('/'), file: await load(url) })),
  );
}

export async function golden(name: string): Promise<Golden> {
  const facts = await load(urls[`../fixtures/models/${name}/golden.json`]);
  const { max_length, texts } = JSON.parse(await facts.text()) as { max_length: number; texts: GoldenText[] };
  const file = await load(urls[`../fixtures/models/${name}/golden.safetensors`]);
  return { maxLength: max_length, texts, hidden: await readHidden(file, texts.length) };
}

/** The tensors `hidden.0`, `hidden.1`, …, or of another name. */
export async function readHidden(file: File, count: number, name = 'hidden'): Promise<Float32Array[]> {
  const { tensors } = await readSafetensorsHeader(file);
  const hidden: Float32Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const info = tensors.get(`${name}.${index}`);
    if (!info) throw new Error(`${file.name} has no golden for text ${index}`);
    hidden.push(await readTensor(file, info));
  }
  return hidden;
}

/** @param name of the file, by default the address's own */
export async function load(url: string, name = url.split('?')[0].split('/').at(-1) ?? ''): Promise<File> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new File([await response.blob()], name);
}

export const paddedAtEnd: Padding = { side: 'right', id: 0, typeId: 0 };

/** Rows of ids as one batch; `pooled` are the wanted positions of each row, its first token by default. */
export function asBatch(
  rows: { ids: number[]; type_ids: number[] }[],
  length = Math.max(...rows.map(({ ids }) => ids.length)),
  {
    pooled = () => [0],
    padding = paddedAtEnd,
  }: Partial<{ pooled: (tokens: number, row: number) => number[]; padding: Padding }> = {},
): TokenBatch {
  const padded = (values: number[], filler: number) => {
    const rest = new Array<number>(length - values.length).fill(filler);
    return padding.side === 'left' ? [...rest, ...values] : [...values, ...rest];
  };
  const start = (tokens: number) => (padding.side === 'left' ? length - tokens : 0);
  return {
    rows: rows.length,
    length,
    ids: Int32Array.from(rows.flatMap(({ ids }) => padded(ids, padding.id))),
    typeIds: Int32Array.from(rows.flatMap(({ type_ids }) => padded(type_ids, padding.typeId))),
    lengths: Int32Array.from(rows, ({ ids }) => ids.length),
    pooled: Int32Array.from(
      rows.flatMap(({ ids }, row) => pooled(ids.length, row).map((at) => row * length + start(ids.length) + at)),
    ),
  };
}

/** ‖values − expected‖ / ‖expected‖ */
export function relativeError(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i += 1) {
    difference += (values[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}
