/**
 * Encoders built as BERT is (Devlin et al. 2019): embeddings of words, positions and perhaps segments, then layers of
 * attention and feed-forward, each normalised after its residual. What differs between them (names, a projection of the
 * embeddings, a relative bias) is given; positions and shared layers come from the config.
 */
import type { Architecture, Extent, WrittenGraph } from '../architecture.ts';
import type { ModelSizes } from '../config-fields.ts';
import { Blocks, Shapes, type BlockSizes, type FeedForwardNames } from './blocks.ts';
import { writeDistanceBias, type DistanceBias } from './distances.ts';
import * as inputs from './inputs.ts';
import { writeStack, type LayerStep } from './stack.ts';

export interface BertConfig extends ModelSizes, BlockSizes {
  /** The padding's id where positions begin after it and leave such tokens out (RoBERTa); null where they are 0, 1, … */
  padding: number | null;
  /** Segments with a vector of their own; 0 where the embeddings have none. */
  types: number;
  /** Width of the embedding tables; projected to `hidden` where it differs. */
  embedding: number;
}

export interface LayerNames extends FeedForwardNames {
  query: string;
  key: string;
  value: string;
  output: string;
  outputNorm: string;
}

export interface BertShape<Config extends BertConfig> extends Omit<
  Architecture<Config>,
  'anchor' | 'shapes' | 'write'
> {
  names(layer: number, inner: number, config: Config): LayerNames;
  /** Layers inside one that counts, each with weights of its own; 1 where it is not said. */
  inner?(config: Config): number;
  /** The linear map from the embeddings' width to the layers', null where there is none. */
  projection?(config: Config): string | null;
  /** Of the distance from query to key, added to the attention scores. */
  relative?: DistanceBias;
}

const word = 'embeddings.word_embeddings.weight';
const position = 'embeddings.position_embeddings.weight';
const type = 'embeddings.token_type_embeddings.weight';
const norm = 'embeddings.LayerNorm';

export function bertShaped<Config extends BertConfig>(shape: BertShape<Config>): Architecture<Config> {
  return {
    ...shape,
    anchor: word,
    shapes: (config) => listShapes(shape, config),
    write: (config, extent) => write(shape, config, extent),
  };
}

function listShapes<Config extends BertConfig>(shape: BertShape<Config>, config: Config): Map<string, number[]> {
  const { names, projection, relative } = shape;
  const { hidden, heads, embedding, intermediate, vocabulary, types } = config;
  const shapes = new Shapes().tensor(word, vocabulary, embedding);
  shapes.tensor(position, tableOfPositions(config), embedding);
  if (types > 0) shapes.tensor(type, types, embedding);
  shapes.norm(norm, embedding);
  const projected = projection?.(config) ?? null;
  if (projected !== null) shapes.linear(projected, hidden, embedding);
  if (relative) shapes.tensor(relative.table, relative.classes, heads);
  const inner = shape.inner?.(config) ?? 1;
  for (let step = 0; step < config.layers * inner; step += 1) {
    const layer = names(Math.floor(step / inner), step % inner, config);
    for (const name of [layer.query, layer.key, layer.value, layer.output]) shapes.linear(name, hidden, hidden);
    shapes.linear(layer.wide, intermediate, hidden).linear(layer.narrow, hidden, intermediate);
    shapes.norm(layer.outputNorm, hidden).norm(layer.norm, hidden);
  }
  return shapes.all;
}

/** RoBERTa's table begins with rows that no token uses, up to the padding's own. */
function tableOfPositions({ positions, padding }: BertConfig): number {
  return padding === null ? positions : positions + padding + 1;
}

function write<Config extends BertConfig>(shape: BertShape<Config>, config: Config, extent: Extent): WrittenGraph {
  const { hidden } = config;
  const blocks = new Blocks(config, extent);
  const masks = maskWriter(blocks, shape);
  const embedded = embed(blocks, shape.projection?.(config) ?? null);
  return writeStack(blocks, { ...extent, inner: shape.inner?.(config) ?? 1 }, embedded, (step) => {
    const names = shape.names(step.layer, step.inner, config);
    const projected = blocks.linear(attend(blocks, names, step, masks(step.alone)), names.output, hidden, hidden);
    const bias = blocks.bias(names.output, hidden);
    return blocks.feedForward(blocks.normalise(projected, step.asking, names.outputNorm, bias), names);
  });
}

/** [rows, T, hidden] */
function embed(blocks: Blocks<BertConfig>, projection: string | null): string {
  const { graph, config } = blocks;
  const { embedding, hidden, types, vocabulary } = config;
  const words = blocks.look(word, [vocabulary, embedding], blocks.input(inputs.ids));
  const places = blocks.input(inputs.positions(config.padding));
  const placed = graph.node('Add', [words, blocks.look(position, [tableOfPositions(config), embedding], places)]);
  const segments = types > 0 ? blocks.look(type, [types, embedding], blocks.input(inputs.typeIds(types))) : null;
  const embedded =
    segments === null
      ? blocks.normaliseAlone(placed, norm, embedding)
      : blocks.normalise(placed, segments, norm, '', embedding);
  if (projection === null) return embedded;
  const flat = graph.node('Reshape', [embedded, graph.integers([-1, embedding])]);
  return graph.node('Add', [blocks.linear(flat, projection, hidden, embedding), blocks.bias(projection, hidden)]);
}

/** All tokens are attended to by those that ask. */
function attend(blocks: Blocks, names: LayerNames, { tokens, asking, alone }: LayerStep, mask: string): string {
  const { graph, config } = blocks;
  const { hidden } = config;
  const shape = blocks.input(inputs.batchShape(hidden));
  const to = alone ? graph.integers([-1, 1, hidden]) : shape;
  const query = graph.node('Reshape', [blocks.linear(asking, names.query, hidden, hidden), to]);
  const key = graph.node('Reshape', [blocks.linear(tokens, names.key, hidden, hidden), shape]);
  const value = graph.node('Reshape', [blocks.linear(tokens, names.value, hidden, hidden), shape]);
  const biases = [names.query, names.key, names.value].map((name) => blocks.bias(name, hidden));
  return blocks.attend(query, key, value, graph.node('Concat', biases, { axis: { int: 0 } }), mask);
}

/** What is added to the attention scores, of all tokens or of the pooled ones alone; written when first needed. */
function maskWriter<Config extends BertConfig>(
  blocks: Blocks,
  { relative }: BertShape<Config>,
): (alone: boolean) => string {
  const written = new Map<boolean, string>();
  const write = (alone: boolean): string => {
    if (!relative) return blocks.input(alone ? inputs.mask : inputs.maskAll);
    return writeDistanceBias(blocks, relative, alone);
  };
  return (alone) => {
    const mask = written.get(alone) ?? write(alone);
    written.set(alone, mask);
    return mask;
  };
}
