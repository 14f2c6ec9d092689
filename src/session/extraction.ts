/** Tokenises and extracts the rows of data files, using what this browser kept of them before. */
import { openStore } from '../activations/cache.ts';
import { extractActivations } from '../activations/extract.ts';
import type { Activations } from '../activations/matrix.ts';
import { openEncoder } from '../model/encoder.ts';
import type { PerRow } from '../model/graph/architecture.ts';
import { encodeRows, type EncodedRows } from '../model/tokenize.ts';
import type { Devices } from './device.ts';
import { activationKey, type DataPart, type Inputs } from './inputs.ts';
import type { Stages } from './stages.ts';

/** Activations of all parts together held in memory beside the browser's storage, so that ten epochs read them once. */
const memoryBytes = 2 * 2 ** 30;

/** Rows in the order in which they are stored: `order[i]` is the file's row that comes i-th. */
export interface Extraction {
  part: DataPart;
  order: Int32Array;
  /** How the order was made; part of the cache's key. */
  ordering: 'file' | 'split';
}

export interface Extracted {
  /** Of each part. */
  activations: Activations[];
  /** Mean tokens a row. */
  tokens: number;
  /** Rows that went through the encoder: those not kept from before. */
  extracted: number;
}

/** Activations of each part in its order; progress counts the rows of all of them. */
export async function extractParts(
  inputs: Inputs,
  stages: Stages,
  devices: Devices,
  parts: readonly Extraction[],
): Promise<Extracted> {
  const total = parts.reduce((sum, { order }) => sum + order.length, 0);
  const encoded = await stages.run('tokenize', 'rows', total, (progress) =>
    inTurn(parts, progress, total, ({ part, order }, tell) => {
      const ordered = Array.from(order, (row) => part.instances[row]);
      return encodeRows(inputs.tokenizer, ordered, inputs.maxLength, { progress: tell });
    }),
  );
  let extracted = 0;
  const rowsExtracted = (): number => extracted;
  const activations = await stages.run('extract', 'rows', rowsExtracted, (progress) =>
    inTurn(parts, progress, total, ({ part, order, ordering }, tell, index) =>
      extractPart(inputs, encoded[index], devices, stages, tell, {
        title: `${inputs.modelFacts.name} · ${inputs.task.title} ${part.role}`,
        share: order.length / total,
        missing: (rowCount) => (extracted += rowCount),
        key: (backend) => activationKey(inputs, part, { name: ordering, rows: order.length, backend }),
      }),
    ),
  );
  const tokens = encoded.reduce((sum, { ids }) => sum + ids.length, 0) / total;
  return { activations, tokens, extracted };
}

/** One part after the other, their progress added up. */
async function inTurn<T>(
  parts: readonly Extraction[],
  progress: (done: number, total: number) => void,
  total: number,
  work: (part: Extraction, tell: (done: number) => void, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let before = 0;
  for (const [index, part] of parts.entries()) {
    const start = before;
    results.push(await work(part, (done) => progress(start + done, total), index));
    before += part.order.length;
  }
  return results;
}

/**
 * Extracts what is not kept yet; after a lost device it goes on from the chunks that are done. The CPU, should it have to
 * take over, has a key of its own: no set mixes the numbers of two backends.
 */
async function extractPart(
  inputs: Inputs,
  rows: EncodedRows,
  devices: Devices,
  stages: Stages,
  progress: (done: number) => void,
  kept: { title: string; share: number; key: (backend: string) => Promise<string>; missing: (rows: number) => void },
): Promise<Activations> {
  const { layers, hidden } = inputs.modelFacts;
  // The first report says what was kept from before.
  let first: number | null = null;
  return devices.use(async ({ backend, gpu, threads }) => {
    const store = await openStore({
      key: await kept.key(backend),
      title: kept.title,
      shape: { rows: rows.outputs, layers: layers + 1, hidden },
      memoryBytes: Math.ceil(memoryBytes * kept.share),
      warn: stages.warn,
    });
    const open = (perRow: PerRow): ReturnType<typeof openEncoder> =>
      openEncoder(inputs.model, { backend, threads, perRow, ...(gpu ? { gpu: gpu.device } : {}) });
    try {
      const tell = (done: number): void => {
        if (first === null) kept.missing(rows.outputs - (first = done));
        progress(done);
      };
      return await extractActivations(rows, open, store, { progress: tell });
    } finally {
      await store.close();
    }
  });
}
