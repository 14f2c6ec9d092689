/** Tokenises and extracts the rows of sources, using what this browser kept of them before. */
import { openStore } from '../../activations/cache.ts';
import { extractActivations } from '../../activations/extract.ts';
import type { Activations } from '../../activations/matrix.ts';
import type { Progress } from '../../base/abort.ts';
import { openEncoder } from '../../model/encoder.ts';
import type { PerRow } from '../../model/architecture.ts';
import type { EncodedRows } from '../../tokenizer/rows.ts';
import type { Devices } from '../stages/device.ts';
import { extract, tokenize } from '../stages/stage-table.ts';
import { encodeSource, leftOutInWords, type Outputs } from './encode.ts';
import { activationKey, type FromModel, type Inputs } from './inputs.ts';
import type { RowSource } from './sources.ts';
import type { Stages } from '../stages/stages.ts';

/** Activations of all sources together held in memory beside the browser's storage, so that ten epochs read them once. */
export const memoryBytes = 2 * 2 ** 30;

/** One source's activations, [outputs, layers + 1, hidden], and what the outputs are. */
export interface ExtractedSource extends Outputs {
  activations: Activations;
}

export interface Extracted {
  sources: ExtractedSource[];
  /** Mean tokens a sentence. */
  tokens: number;
  /** Sentences that went through the encoder: those not kept from before. */
  extracted: number;
}

export async function extractSources(
  vectors: FromModel,
  inputs: Inputs,
  stages: Stages,
  devices: Devices,
  sources: readonly RowSource[],
  limitBytes: number,
): Promise<Extracted> {
  const { tokenizer, maxLength, aggregation } = vectors;
  const sentences = sources.map(({ data }) => data.rows.length);
  const total = sum(sentences);
  const ofWords = sources.some(({ data }) => data.kind === 'labelling');
  const encoded = await stages.run(tokenize, { rows: total, unit: ofWords ? 'sentences' : 'rows' }, (progress) =>
    inTurn(sources, sentences, progress, ({ data }, tell) =>
      encodeSource(tokenizer, data, { maxLength, aggregation }, { progress: tell }),
    ),
  );
  encoded.forEach(({ leftOut }, index) => {
    leftOutInWords(sources[index].file.file.name, leftOut, maxLength).forEach(stages.warn);
  });
  let extracted = 0;
  const outputs = encoded.map(({ rows }) => rows.outputs);
  const activations = await stages.run(
    extract,
    { rows: () => Math.round(extracted), unit: ofWords ? 'words' : 'rows' },
    (progress) =>
      inTurn(sources, outputs, progress, (source, tell, index) => {
        const { rows } = encoded[index];
        return extractSource(vectors, inputs, rows, devices, stages, tell, {
          title: `${inputs.modelFacts.name} · ${inputs.task.title} ${source.role}`,
          memoryBytes: Math.ceil((limitBytes * rows.outputs) / Math.max(1, sum(outputs))),
          missing: (count) => (extracted += count * (rows.rows / Math.max(1, rows.outputs))),
          key: (backend) => activationKey(inputs, source, backend),
        });
      }),
  );
  const tokens = sum(encoded.map(({ rows }) => rows.ids.length)) / Math.max(1, total);
  return { sources: encoded.map((one, index) => ({ ...one, activations: activations[index] })), tokens, extracted };
}

/** One source after the other, their progress added up. @param sizes of the sources, in what progress counts */
export async function inTurn<T>(
  sources: readonly RowSource[],
  sizes: readonly number[],
  progress: Progress,
  work: (source: RowSource, tell: (done: number) => void, index: number) => Promise<T>,
): Promise<T[]> {
  const total = sum(sizes);
  const results: T[] = [];
  let before = 0;
  for (const [index, source] of sources.entries()) {
    const start = before;
    results.push(await work(source, (done) => progress(start + done, total), index));
    before += sizes[index];
  }
  return results;
}

/**
 * Extracts what is not kept yet; after a lost device it goes on from the chunks that are done. The CPU, should it have to
 * take over, has a key of its own: no set mixes the numbers of two backends.
 */
async function extractSource(
  { model, tokenizer: { padding } }: FromModel,
  inputs: Inputs,
  rows: EncodedRows,
  devices: Devices,
  stages: Stages,
  progress: (done: number) => void,
  kept: {
    title: string;
    memoryBytes: number;
    key: (backend: string) => Promise<string>;
    missing: (outputs: number) => void;
  },
): Promise<Activations> {
  const { layers, hidden } = inputs.modelFacts;
  // The first report says what was kept from before.
  let first: number | null = null;
  return devices.use(async ({ backend, gpu, threads }) => {
    const store = await openStore({
      key: await kept.key(backend),
      title: kept.title,
      shape: { rows: rows.outputs, layers: layers + 1, hidden },
      memoryBytes: kept.memoryBytes,
      warn: stages.warn,
    });
    const open = (perRow: PerRow): ReturnType<typeof openEncoder> => {
      return openEncoder(model, { backend, threads, perRow, padding, ...(gpu ? { gpu: gpu.device } : {}) });
    };
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

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
