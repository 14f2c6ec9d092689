/**
 * An exported model → what a session is opened with: its graph cut down to the hidden states, its weights where they lie,
 * and its inputs made from a batch. Rows are filled up at the end, where attention does not look; where
 * nothing tells the export so, or convolutions look there all the same (ConvBERT), rows are not filled up.
 */
import type { OnnxValue } from '../../format/onnx.ts';
import type { PerRow } from '../architecture.ts';
import type { TokenBatch } from '../batch.ts';
import { sharesOf } from '../graph/inputs.ts';
import type { Runtime } from '../runtime.ts';
import type { Feeds, SessionGraph } from '../session.ts';
import {
  assemble,
  indicesName,
  pooledName,
  pooling,
  rowMeans,
  sharesName,
  unpooled,
  type AssembledModel,
} from './assemble.ts';
import type { ExportConfig } from './config.ts';
import type { ExportedModel, inputNames } from './export.ts';

/** @throws WinnowError `bad-model` or `unreadable-file` as `assemble`. */
export async function exportGraph(
  ort: Runtime,
  { config, model }: { config: ExportConfig; model: ExportedModel },
  { layers, perRow }: { layers: number; perRow: PerRow },
): Promise<SessionGraph> {
  const { names, timeMajor } = model.states;
  const values = names.slice(0, layers + 1);
  const { hidden } = config;
  const isMean = perRow === 'mean';
  const addition = isMean ? rowMeans(values, hidden, timeMajor) : pooling(values, hidden);
  const assembled = await assemble(model.graph, values, addition);
  const session = sessionOf(ort, { config, model }, assembled, isMean ? 'means' : { timeMajor });
  return { ...session, layers: layers + 1, hidden };
}

/**
 * The whole export for the output of its fine-tuned head, a "layer" of as many "neurons" as there are logits.
 * @param perToken the output has logits of every token, [rows, T, outputs], and not of a row
 * @throws WinnowError as `assemble`.
 */
export async function exportedHead(
  ort: Runtime,
  { config, model }: { config: ExportConfig; model: ExportedModel },
  { name, outputs, perToken }: { name: string; outputs: number; perToken: boolean },
): Promise<SessionGraph> {
  const addition = perToken ? pooling([name], outputs) : unpooled(name, ['winnow.rows', outputs]);
  const assembled = await assemble(model.graph, [name], addition);
  const session = sessionOf(ort, { config, model }, assembled, perToken ? { timeMajor: false } : 'whole');
  return { ...session, layers: 1, hidden: outputs };
}

/** @param read single tokens, of values laid out so, or of each row the mean of its tokens or a vector of its own */
function sessionOf(
  ort: Runtime,
  { config, model }: { config: ExportConfig; model: ExportedModel },
  { bytes, weights, inputs, onCpu }: AssembledModel,
  read: { timeMajor: boolean } | 'means' | 'whole',
): Omit<SessionGraph, 'layers' | 'hidden'> {
  return {
    bytes,
    weights: Array.from(weights, ([path, { location, start, end }]) => {
      const file = model.files.get(location);
      if (!file) throw new Error(`${location} was not among the files of the model`);
      return { path, file, start, end };
    }),
    feed: (batch) => ({
      ...Object.fromEntries(inputs.map((input) => [input.name, feed(ort, input, batch, config)])),
      ...(typeof read === 'object' && { [indicesName]: vectorIndices(ort, batch, read.timeMajor) }),
      ...(read === 'means' && { [sharesName]: rowShares(ort, batch) }),
    }),
    onCpu,
    output: pooledName,
    answers: typeof read === 'object' ? 'tokens' : 'rows',
    maxLength: config.positions,
    padding: { side: 'right', id: config.padding, typeId: 0 },
    unpadded:
      !inputs.some(({ name }) => name === 'attention_mask') || model.graph.nodes.some(({ op }) => op === 'Conv'),
  };
}

type InputName = (typeof inputNames)[number];
/** The value of one input at one place: a token of a row, or what fills the row up. */
type Filler = (batch: TokenBatch, at: number, token: boolean, config: ExportConfig) => number;

const fillers: Readonly<Record<InputName, Filler>> = {
  input_ids: ({ ids }, at, token, { padding }) => (token ? ids[at] : padding),
  attention_mask: (_, __, token) => (token ? 1 : 0),
  // A table of one segment takes no other, whatever the tokenizer says of the second text.
  token_type_ids: ({ typeIds }, at, token, { types }) =>
    token && (types === null || typeIds[at] < types) ? typeIds[at] : 0,
  position_ids: ({ length }, at, _, { firstPosition }) => firstPosition + (at % length),
};

/** [rows, length] in the number format that the export asks for. */
function feed(ort: Runtime, { name, type }: OnnxValue, batch: TokenBatch, config: ExportConfig): Feeds[string] {
  const { rows, length, lengths } = batch;
  const fill = fillers[name as InputName];
  const value = (_: unknown, at: number) => fill(batch, at, at % length < lengths[Math.floor(at / length)], config);
  const values = Int32Array.from({ length: rows * length }, value);
  const shape = [rows, length];
  switch (type) {
    case 1:
      return new ort.Tensor('float32', Float32Array.from(values), shape);
    case 6:
      return new ort.Tensor('int32', values, shape);
    case 9:
      return new ort.Tensor('bool', Uint8Array.from(values), shape);
    default:
      return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  }
}

function rowShares({ Tensor }: Runtime, batch: TokenBatch): Feeds[string] {
  return new Tensor('float32', sharesOf({ ...batch, side: 'right' }), [batch.rows, 1, batch.length]);
}

function vectorIndices({ Tensor }: Runtime, { length, pooled }: TokenBatch, timeMajor: boolean): Feeds[string] {
  const indices = Array.from(pooled, (at) => [Math.floor(at / length), at % length]);
  const places = indices.flatMap(([row, token]) => (timeMajor ? [token, row] : [row, token]));
  return new Tensor('int64', BigInt64Array.from(places, BigInt), [pooled.length, 2]);
}
