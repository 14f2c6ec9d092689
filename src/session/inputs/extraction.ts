/** Tokenises and extracts the rows of sources, using what this browser kept of them before. */
import { extractActivations, type GivenOutputs } from '../../activations/extract.ts';
import { encoderSubject, firstBatchDifference } from '../../activations/first-batch.ts';
import type { Activations } from '../../activations/matrix.ts';
import type { Control } from '../../base/abort.ts';
import type { PerRow } from '../../model/architecture.ts';
import { openEncoder, type Encoder } from '../../model/encoder.ts';
import type { EncodedRows } from '../../tokenizer/rows.ts';
import type { Devices } from '../stages/device.ts';
import { encodingOperations, tokenize } from '../stages/stage-table.ts';
import { encodeSource, leftOutInWords } from './encode.ts';
import type { FromModel } from './inputs.ts';
import { keptInRun, placesInRun } from './run-order.ts';
import { sampleSource, type RowSource } from './sources.ts';
import { extractInTurn, inTurn, sum, type ExtractedSource, type Extraction } from './stores.ts';

type Encoded = Awaited<ReturnType<typeof encodeSource>>;

/** A source as token ids, and the rows that a quick look takes of it apart; null: there is nothing beside them. */
interface SampledSource extends Encoded {
  sample: (Encoded & { source: RowSource; places: Int32Array }) | null;
}

/** After a lost device a source goes on from the chunks that are done. */
export async function extractSources(
  { model, tokenizer, hash, maxLength, pooling, aggregation }: FromModel,
  extraction: Extraction,
  devices: Devices,
): Promise<ExtractedSource[]> {
  const { stages, sources, inputs, inRun } = extraction;
  const sentences = sources.map(({ data }) => data.rows.length);
  const total = sum(sentences);
  const [inputUnit, unit] = sources.some(({ data }) => data.kind === 'labelling')
    ? ['sentences', 'words']
    : ['rows', 'rows'];
  const encode = (source: RowSource, control?: Control): Promise<Encoded> =>
    encodeSource(tokenizer, source.data, { maxLength, pooling, aggregation }, control);
  const encoded = await stages.run(tokenize, { rows: total, unit: inputUnit }, (progress) =>
    inTurn({ sources, sizes: sentences }, progress, async (source, report): Promise<SampledSource> => {
      const whole = await encode(source, { progress: (done) => report(done) });
      const sample = sampleSource(source);
      if (sample === null) return { ...whole, sample: null };
      const drawn = await encode(sample);
      return { ...whole, sample: { ...drawn, source: sample, places: placesOf(whole, drawn, source) } };
    }),
  );
  encoded.forEach(({ leftOut }, index) => {
    leftOutInWords(sources[index].file.file.name, leftOut, maxLength).forEach(stages.warn);
  });
  const { layers, hidden } = inputs.modelFacts;
  const { intermediate } = model.config;
  const work = (tokens: number): number => encodingOperations({ layers, hidden, intermediate }, tokens);
  const subject = encoderSubject(model, hash);
  let extracted = 0;
  const facts = { rows: () => extracted, unit };
  return extractInTurn(
    extraction,
    encoded,
    facts,
    ({ rows, sample, starts }, inStore, report, source) => {
      const progress = (done: number, _: number, share?: number): void => report(done, share);
      const run = inRun?.get(source);
      const places = run ? placesInRun(source, { starts }, run) : null;
      return devices.use(async ({ backend, gpu, threads }) => {
        // Nothing that a card which is known to differ made before is taken either.
        await devices.agree(subject, () => Promise.resolve(null));
        const kept = run && places && (await keptInRun(run, places, backend, inStore));
        if (kept) {
          report(rows.outputs);
          return kept;
        }
        const options = { backend, threads, padding: tokenizer.padding, ...(gpu ? { gpu: gpu.device } : {}) };
        const encoder = new SharedEncoder(
          (perRow) => openEncoder(model, { ...options, perRow }),
          (ran) => (extracted += ran),
        );
        const open = (perRow: PerRow, rows: EncodedRows): Promise<Encoder> =>
          encoder.open(perRow, (opened) =>
            devices.agree(subject, () =>
              firstBatchDifference(rows, opened, model, { threads, padding: tokenizer.padding }),
            ),
          );
        const extract = (
          kept: { source: RowSource; rows: EncodedRows },
          progress: Control['progress'],
          given: GivenOutputs | null,
        ): Promise<Activations> =>
          inStore(backend, { source: kept.source, rows: kept.rows.outputs }, (store) =>
            extractActivations(kept.rows, (perRow) => open(perRow, kept.rows), store, { progress, work, given }),
          );
        try {
          const given: GivenOutputs | null = sample && {
            places: sample.places,
            activations: (tell) => extract(sample, (_done, _total, share = 0) => tell(share), null),
          };
          return await extract({ source, rows }, progress, given);
        } finally {
          await encoder.dispose();
        }
      });
    },
    encoded.map(({ rows }) => workOf(rows, work)),
  );
}

/** Where among a sample's outputs those of the whole source are; −1: not there. */
function placesOf({ starts, labels }: Encoded, drawn: Encoded, { sample }: RowSource): Int32Array {
  const places = new Int32Array(labels.length).fill(-1);
  sample?.forEach((row, index) => {
    for (let output = starts[row]; output < starts[row + 1]; output += 1) {
      places[output] = drawn.starts[index] + output - starts[row];
    }
  });
  return places;
}

function workOf({ offsets, rows }: EncodedRows, work: (tokens: number) => number): number {
  let all = 0;
  for (let row = 0; row < rows; row += 1) all += work(offsets[row + 1] - offsets[row]);
  return all;
}

/** One encoder a form of graph, for a sample and the rows beside it: weights are loaded once. */
export class SharedEncoder {
  readonly #opened = new Map<PerRow, Promise<Encoder>>();

  /** @param ran hears of the rows of each batch. */
  constructor(
    private readonly load: (perRow: PerRow) => Promise<Encoder>,
    private readonly ran: (rows: number) => void = () => undefined,
  ) {}

  /** @param check of the encoder, before anything else runs; default none. */
  readonly open = async (perRow: PerRow, check?: (encoder: Encoder) => Promise<void>): Promise<Encoder> => {
    const opened = this.#opened.get(perRow) ?? this.load(perRow);
    this.#opened.set(perRow, opened);
    const encoder = await opened;
    await check?.(encoder);
    const run: Encoder['run'] = async (batch) => {
      const vectors = await encoder.run(batch);
      this.ran(batch.rows);
      return vectors;
    };
    return { ...encoder, run, dispose: () => Promise.resolve() };
  };

  async dispose(): Promise<void> {
    for (const opened of this.#opened.values())
      await opened.then(
        (encoder) => encoder.dispose(),
        () => undefined,
      );
  }
}
