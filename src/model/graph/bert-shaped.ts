/**
 * Encoders built as BERT is (Devlin et al. 2019): embeddings of words, positions and perhaps segments, then layers of
 * attention and feed-forward, each normalised after its residual. What differs between them (names, a projection of the
 * embeddings, a relative bias) is given; positions and shared layers come from the config.
 */
import type { ModelConfig } from '../config.ts';
import type { Architecture, Extent, WrittenGraph } from './architecture.ts';
import { Blocks, type FeedForwardNames } from './blocks.ts';
import { Shapes } from './shapes.ts';
import { writeStack, type Step } from './stack.ts';

export interface LayerNames extends FeedForwardNames {
  query: string;
  key: string;
  value: string;
  output: string;
  outputNorm: string;
}

export interface BertShape {
  names(layer: number, inner: number, config: ModelConfig): LayerNames;
  /** The linear map from the embeddings' width to the layers', null where there is none. */
  projection?(config: ModelConfig): string | null;
  /** A vector of one number a head for each class of distance, added to the attention scores. */
  relative?: { table: string; buckets: number };
}

const word = 'embeddings.word_embeddings.weight';
const position = 'embeddings.position_embeddings.weight';
const type = 'embeddings.token_type_embeddings.weight';
const norm = 'embeddings.LayerNorm';

export function bertShaped(shape: BertShape): Architecture {
  return {
    anchor: word,
    shapes: (config) => listShapes(shape, config),
    write: (config, extent) => write(shape, config, extent),
  };
}

function listShapes({ names, projection, relative }: BertShape, config: ModelConfig): Map<string, number[]> {
  const { hidden, heads, embedding, intermediate, vocabulary, types } = config;
  const shapes = new Shapes();
  shapes.tensor(word, vocabulary, embedding).tensor(position, tableOfPositions(config), embedding);
  if (types > 0) shapes.tensor(type, types, embedding);
  shapes.norm(norm, embedding);
  const projected = projection?.(config) ?? null;
  if (projected !== null) shapes.linear(projected, hidden, embedding);
  if (relative) shapes.tensor(relative.table, relative.buckets, heads);
  for (let step = 0; step < config.layers * config.inner; step += 1) {
    const layer = names(Math.floor(step / config.inner), step % config.inner, config);
    for (const name of [layer.query, layer.key, layer.value, layer.output]) shapes.linear(name, hidden, hidden);
    shapes.linear(layer.wide, intermediate, hidden).linear(layer.narrow, hidden, intermediate);
    shapes.norm(layer.outputNorm, hidden).norm(layer.norm, hidden);
  }
  return shapes.all;
}

/** RoBERTa's table begins with rows that no token uses, up to the padding's own. */
function tableOfPositions({ positions, padding }: ModelConfig): number {
  return padding === null ? positions : positions + padding + 1;
}

function write(shape: BertShape, config: ModelConfig, extent: Extent): WrittenGraph {
  const blocks = new Blocks(config);
  const masks = maskWriter(blocks, shape);
  return writeStack(blocks, extent, embed(blocks, shape), (step) => {
    const names = shape.names(step.layer, step.inner, config);
    const context = attend(blocks, names, step, masks(step.alone));
    const projected = blocks.linear(context, names.output, config.hidden, config.hidden);
    const bias = blocks.bias(names.output, config.hidden);
    return blocks.feedForward(blocks.normalise(projected, step.asking, names.outputNorm, bias), names);
  });
}

/** [rows, T, hidden] */
function embed(blocks: Blocks, { projection }: BertShape): string {
  const { graph, config } = blocks;
  const { embedding, hidden, types, vocabulary } = config;
  const words = blocks.look(word, vocabulary, blocks.input('ids'));
  const places = blocks.look(position, tableOfPositions(config), blocks.input('positions'));
  const placed = graph.node('Add', [words, places]);
  const embedded =
    types > 0
      ? blocks.normalise(placed, blocks.look(type, types, blocks.input('typeIds')), norm, '', embedding)
      : graph.node(
          'LayerNormalization',
          [placed, graph.weight(`${norm}.weight`, [embedding]), blocks.bias(norm, embedding)],
          {
            epsilon: { float: config.epsilon },
          },
        );
  const name = projection?.(config) ?? null;
  if (name === null) return embedded;
  const flat = graph.node('Reshape', [embedded, graph.integers([-1, embedding])]);
  const weight = graph.weight(`${name}.weight`, [hidden, embedding]);
  return graph.node('Gemm', [flat, weight, blocks.bias(name, hidden)], { transB: { int: 1 } });
}

/** All tokens are attended to by those that ask. */
function attend(blocks: Blocks, names: LayerNames, { tokens, asking, alone }: Step, mask: string): string {
  const { graph, config } = blocks;
  const { hidden } = config;
  const shape = blocks.input('shape');
  const to = alone ? graph.integers([-1, 1, hidden]) : shape;
  const query = graph.node('Reshape', [blocks.linear(asking, names.query, hidden, hidden), to]);
  const key = graph.node('Reshape', [blocks.linear(tokens, names.key, hidden, hidden), shape]);
  const value = graph.node('Reshape', [blocks.linear(tokens, names.value, hidden, hidden), shape]);
  const biases = [names.query, names.key, names.value].map((name) => blocks.bias(name, hidden));
  return blocks.attend(query, key, value, graph.node('Concat', biases, { axis: { int: 0 } }), mask);
}

/** What is added to the attention scores, of all tokens or of the pooled ones alone; written when first needed. */
function maskWriter(blocks: Blocks, { relative }: BertShape): (alone: boolean) => string {
  const { graph, config } = blocks;
  const written = new Map<boolean, string>();
  const write = (alone: boolean): string => {
    if (!relative) return blocks.input(alone ? 'mask' : 'maskAll');
    const table = graph.weight(relative.table, [relative.buckets, config.heads]);
    const found = graph.node('Gather', [table, blocks.input(alone ? 'pooledBuckets' : 'buckets')]);
    const byHead = graph.node('Transpose', [found], { perm: { ints: [0, 3, 1, 2] } });
    return graph.node('Add', [byHead, blocks.input('mask')]);
  };
  return (alone) => {
    const mask = written.get(alone) ?? write(alone);
    written.set(alone, mask);
    return mask;
  };
}
