/** Tokenising and extraction of real texts with a real model. */
import { planBatches } from '../../../src/activations/batches.ts';
import { openStore } from '../../../src/activations/cache.ts';
import { extractActivations } from '../../../src/activations/extract.ts';
import { fillBatch, perRowOf } from '../../../src/activations/fill.ts';
import { openGpu } from '../../../src/compute/webgpu/gpu.ts';
import { openEncoder, writtenGraph } from '../../../src/model/encoder.ts';
import { recogniseModel, type ModelSource } from '../../../src/model/recognise.ts';
import { loadRuntime } from '../../../src/model/runtime.ts';
import { readSlice } from '../../../src/base/bytes.ts';
import { encodeRows, type EncodedRows, type TextRow } from '../../../src/tokenizer/rows.ts';
import { fail, timed, type WorkSeconds } from './clock.ts';

export type EncoderName = 'tokenizing' | 'extraction';

export interface AskedEncoder {
  texts: TextRow[];
  threads: number;
  device: 'wasm' | 'webgpu';
}

const maxLength = 128;

/** The model of these files, and the texts as its tokens. */
export async function openTexts(files: File[], texts: TextRow[]) {
  const { source } = await recogniseModel(files.map((file) => ({ path: `model/${file.name}`, file })));
  if (!source?.tokenizer) throw new Error('No model with its tokenizer was given.');
  const { tokenizer, pooling } = source;
  const { value: rows, seconds } = await timed(() => encodeRows(tokenizer, texts, { maxLength, pooling }));
  return { source, tokenizer, rows, seconds };
}

async function tokenizing({ texts }: AskedEncoder, files: File[]): Promise<WorkSeconds> {
  return { tokenizing: (await openTexts(files, texts)).seconds };
}

/** Into the browser's storage as in a run, then what the runtime alone takes for the same batches. */
async function extraction({ texts, threads, device }: AskedEncoder, files: File[]): Promise<WorkSeconds> {
  const { source, tokenizer, rows } = await openTexts(files, texts);
  const gpu = device === 'webgpu' ? await openGpu() : null;
  const place = { backend: device, threads, ...(gpu && { gpu: gpu.device }) };
  // Open before the clock starts, on either side.
  const encoder = await openEncoder(source, { ...place, perRow: perRowOf(rows), padding: tokenizer.padding });
  const shape = { rows: rows.outputs, layers: encoder.layers, hidden: encoder.hidden };
  const key = crypto.randomUUID();
  const store = await openStore({ key, title: 'bench', shape, memoryBytes: 2 ** 30, warn: fail });
  await encoder.run(
    fillBatch(rows, { rows: [0], length: rows.offsets[1] }, { start: 0, end: rows.outputs }, encoder).batch,
  );
  const kept = { ...encoder, dispose: () => Promise.resolve() };
  const { seconds } = await timed(() => extractActivations(rows, () => Promise.resolve(kept), store));
  await store.close();
  const batches = planBatches(rows.offsets, 0, rows.rows, encoder).map((planned) =>
    fillBatch(rows, planned, { start: 0, end: rows.outputs }, encoder),
  );
  await encoder.dispose();
  const bound = await runtimeSeconds(source, rows, batches, place);
  return { extraction: seconds, bound };
}

/** ONNX Runtime by itself: the graph as it is opened, a call a batch, outputs read and dropped. */
async function runtimeSeconds(
  source: ModelSource,
  rows: EncodedRows,
  batches: readonly ReturnType<typeof fillBatch>[],
  { backend, threads }: { backend: 'wasm' | 'webgpu'; threads: number },
): Promise<number> {
  if (source.kind !== 'written' || !source.tokenizer) throw new Error('The bench writes its own graph.');
  const { ort } = await loadRuntime(backend, threads);
  const { layers } = source.config;
  const graph = writtenGraph(ort, source, { layers, perRow: perRowOf(rows), padding: source.tokenizer.padding });
  const externalData = await Promise.all(
    graph.weights.map(async ({ path, file, start, end, convert }) => ({
      path,
      data: await (convert?.() ?? readSlice(file, start, end)),
    })),
  );
  const session = await ort.InferenceSession.create(graph.bytes, { executionProviders: [backend], externalData });
  const feeds = batches.map(({ batch }) => graph.feed(batch));
  await session.run(feeds.at(-1));
  const { seconds } = await timed(async () => {
    for (const feed of feeds) {
      const output = (await session.run(feed))[graph.output];
      await output.getData();
      output.dispose();
    }
  });
  await session.release();
  return seconds;
}

export const encoderWork = { tokenizing, extraction };
