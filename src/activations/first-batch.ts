/** A run's first small batch, on the graphics card's own encoder and on the processor's first layers. */
import { largestDifference, relativeDistance, type CardDifference } from '../compute/agreement.ts';
import { elementTypes } from '../format/onnx.ts';
import type { PerRow } from '../model/architecture.ts';
import { openEncoder, type Encoder, type EncoderModel, type EncoderOptions } from '../model/encoder.ts';
import type { EncodedRows } from '../tokenizer/rows.ts';
import { planBatches } from './batches.ts';
import { fillBatch, perRowOf, rowOf } from './fill.ts';

/** What both compute: so many transformer layers, rows and padded tokens at most, so that it is done in a moment. */
const [comparedLayers, comparedRows, comparedTokens] = [2, 4, 256];

/** What of a model decides which kernels run: its kind of graph and its widths; of an export, whose graph is its own, its hash. */
export function encoderSubject({ kind, config }: EncoderModel, hash: string): string {
  const { architecture, hidden, heads } = config;
  return kind === 'export' ? `export ${hash}` : `${architecture} ${hidden} ${heads}`;
}

/**
 * @param encoder on the card, opened for `rows`.
 * @returns null where the processor cannot say: no room for the weights, a graph that it does not open, or one in fewer
 * bits than float32, where the two may rightly differ.
 * @throws WinnowError as `Encoder.run` on the card.
 */
export async function firstBatchDifference(
  rows: EncodedRows,
  encoder: Encoder,
  model: EncoderModel,
  options: Pick<EncoderOptions, 'threads' | 'padding'>,
): Promise<CardDifference | null> {
  if (rows.outputs === 0 || !isFloat32(model)) return null;
  const first = rowOf(rows, 0);
  const count = Math.min(comparedRows, rows.rows - first);
  const without = (row: number): boolean => rows.outputOffsets[row + 1] === rows.outputOffsets[row];
  const limits = { ...encoder, tokens: comparedTokens, without };
  const [planned] = planBatches(rows.offsets, first, count, limits);
  const { batch } = fillBatch(rows, planned, { start: 0, end: rows.outputs }, encoder);
  const processor = await onProcessor(model, { ...options, perRow: perRowOf(rows) }, batch);
  if (!processor) return null;
  const card = await encoder.run(batch);
  const vectors = card.length / (encoder.layers * encoder.hidden);
  const all = { values: card, layers: encoder.layers, hidden: encoder.hidden, vectors };
  const own = { ...all, values: processor.values, layers: processor.layers };
  return largestDifference(
    Array.from({ length: processor.layers }, (_, layer) => ({
      what: layer === 0 ? 'what the embeddings make of the first batch' : `layer ${layer} of the first batch`,
      relative: relativeDistance(layerOf(all, layer), layerOf(own, layer)),
    })),
  );
}

type Batch = Parameters<Encoder['run']>[0];

/** Its weights are let go of at once. */
async function onProcessor(
  model: EncoderModel,
  options: { threads: number; perRow: PerRow } & Pick<EncoderOptions, 'padding'>,
  batch: Batch,
): Promise<{ values: Float32Array; layers: number } | null> {
  const layers = Math.min(comparedLayers, model.config.layers);
  let encoder: Encoder | null = null;
  try {
    encoder = await openEncoder(model, { ...options, backend: 'wasm', layers });
    return { values: await encoder.run(batch), layers: encoder.layers };
  } catch {
    // What is wrong with the model is said where the run itself meets it.
    return null;
  } finally {
    await encoder?.dispose();
  }
}

interface LayeredVectors {
  /** [vectors, layers, hidden] */
  values: Float32Array;
  layers: number;
  hidden: number;
  vectors: number;
}

function layerOf({ values, layers, hidden, vectors }: LayeredVectors, layer: number): Float32Array {
  const own = new Float32Array(vectors * hidden);
  for (let vector = 0; vector < vectors; vector += 1) {
    const from = (vector * layers + layer) * hidden;
    own.set(values.subarray(from, from + hidden), vector * hidden);
  }
  return own;
}

/** What Winnow writes computes in float32 whatever the file holds. */
function isFloat32(model: EncoderModel): boolean {
  if (model.kind === 'written') return true;
  const types = Array.from(model.model.graph.tensors.values(), ({ type }) => elementTypes.get(type));
  return types.every((type) => type !== undefined && (type.bits >= 32 || type.name === 'BOOL'));
}
