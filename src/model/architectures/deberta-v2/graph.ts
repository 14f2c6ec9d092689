/**
 * DeBERTa-v2 and v3 (He et al. 2021). The score of query i and key j is q·k + q·P(i − j) + k·Q(i − j), scaled: content,
 * what the query asks of the distance, and what the distance asks of the key. P and Q are the table of distances through
 * linear maps of each layer: of weights alone, so that the runtime works them out once, when it opens the graph.
 */
import type { Extent, WrittenGraph } from '../../architecture.ts';
import type { GraphInput } from '../../batch.ts';
import { Blocks, Shapes } from '../../graph/blocks.ts';
import { shiftToKeys } from '../../graph/distances.ts';
import * as standard from '../../graph/inputs.ts';
import { writeStack, type LayerStep } from '../../graph/stack.ts';
import { bertNames } from '../bert.ts';
import type { DebertaConfig } from './config.ts';
import * as inputs from './inputs.ts';

export const word = 'embeddings.word_embeddings.weight';
const position = 'embeddings.position_embeddings.weight';
const type = 'embeddings.token_type_embeddings.weight';
const norm = 'embeddings.LayerNorm';
const projection = 'embeddings.embed_proj';
const distances = 'encoder.rel_embeddings.weight';
const distancesNorm = 'encoder.LayerNorm';
const convolution = 'encoder.conv.conv';
const convolutionNorm = 'encoder.conv.LayerNorm';

/** Where a layer's linear maps lie. */
function namesOf(layer: number, { shared }: DebertaConfig) {
  const own = (part: string) => `encoder.layer.${layer}.attention.self.${part}`;
  const [query, key, value] = ['query_proj', 'key_proj', 'value_proj'].map(own);
  return {
    ...{ ...bertNames(layer), query, key, value },
    distanceKey: shared ? key : own('pos_key_proj'),
    distanceQuery: shared ? query : own('pos_query_proj'),
  };
}

export function debertaShapes(config: DebertaConfig): Map<string, number[]> {
  const { hidden, embedding, intermediate, vocabulary, positions, types, terms, span, shared } = config;
  const shapes = new Shapes().tensor(word, vocabulary, embedding);
  if (config.placed) shapes.tensor(position, positions, embedding);
  if (types > 0) shapes.tensor(type, types, embedding);
  if (embedding !== hidden) shapes.tensor(`${projection}.weight`, hidden, embedding);
  shapes.norm(norm, hidden).tensor(distances, 2 * span, hidden);
  if (config.normalised) shapes.norm(distancesNorm, hidden);
  if (config.convolution) {
    const { width, groups } = config.convolution;
    shapes.tensor(`${convolution}.weight`, hidden, hidden / groups, width).tensor(`${convolution}.bias`, hidden);
    shapes.norm(convolutionNorm, hidden);
  }
  for (let layer = 0; layer < config.layers; layer += 1) {
    const names = namesOf(layer, config);
    for (const name of [names.query, names.key, names.value, names.output]) shapes.linear(name, hidden, hidden);
    if (!shared && terms.contentToPosition) shapes.linear(names.distanceKey, hidden, hidden);
    if (!shared && terms.positionToContent) shapes.linear(names.distanceQuery, hidden, hidden);
    shapes.linear(names.wide, intermediate, hidden).linear(names.narrow, hidden, intermediate);
    shapes.norm(names.outputNorm, hidden).norm(names.norm, hidden);
  }
  return shapes.all;
}

export function writeDeberta(config: DebertaConfig, extent: Extent): WrittenGraph {
  const { hidden } = config;
  const blocks = new Blocks(config, extent);
  const embedded = embed(blocks);
  return writeStack(blocks, extent, embedded, (step) => {
    const names = namesOf(step.layer, config);
    const projected = blocks.linear(attend(blocks, names, step), names.output, hidden, hidden);
    const bias = blocks.bias(names.output, hidden);
    const attended = blocks.feedForward(blocks.normalise(projected, step.asking, names.outputNorm, bias), names);
    // As transformers has it: after whichever layer is the first.
    return step.place === 0 && config.convolution
      ? convolve(blocks, config.convolution, attended, embedded, step)
      : attended;
  });
}

/** [rows, T, hidden]; 0 for padding where neighbours are asked for. */
function embed(blocks: Blocks<DebertaConfig>): string {
  const { graph, config } = blocks;
  const { hidden, embedding, vocabulary, positions, types } = config;
  let sum = blocks.look(word, [vocabulary, embedding], blocks.input(standard.ids));
  const add = (table: string, size: number, indices: string): void => {
    sum = graph.node('Add', [sum, blocks.look(table, [size, embedding], indices)]);
  };
  if (config.placed) add(position, positions, blocks.input(standard.positions(null)));
  if (types > 0) add(type, types, blocks.input(standard.typeIds(types)));
  if (embedding !== hidden) {
    const flat = graph.node('Reshape', [sum, graph.integers([-1, embedding])]);
    const projected = blocks.linear(flat, projection, hidden, embedding);
    sum = graph.node('Reshape', [projected, blocks.input(standard.batchShape(hidden))]);
  }
  const embedded = blocks.normaliseAlone(sum, norm, hidden);
  if (!config.convolution) return embedded;
  // e⁰ = 1 for a token; e to what is added to the score of padding is 0 in float32.
  const kept = graph.node('Exp', [graph.node('Squeeze', [blocks.input(standard.mask), graph.integers([1])])]);
  return graph.node('Mul', [embedded, graph.node('Transpose', [kept], { perm: { ints: [0, 2, 1] } })]);
}

/** LayerNorm(the first layer + the activation of its neighbourhood in the embeddings), [asking, hidden]. */
function convolve(
  blocks: Blocks<DebertaConfig>,
  { width, groups, activation }: NonNullable<DebertaConfig['convolution']>,
  attended: string,
  embedded: string,
  { alone }: LayerStep,
): string {
  const { graph, config } = blocks;
  const { hidden } = config;
  const byNeuron = graph.node('Transpose', [embedded], { perm: { ints: [0, 2, 1] } });
  const weight = graph.weight(`${convolution}.weight`, [hidden, hidden / groups, width]);
  const side = (width - 1) / 2;
  const sums = graph.node('Conv', [byNeuron, weight], {
    kernel_shape: { ints: [width] },
    pads: { ints: [side, side] },
    group: { int: groups },
  });
  const byToken = graph.node('Transpose', [sums], { perm: { ints: [0, 2, 1] } });
  const all = graph.node('Reshape', [byToken, blocks.flat]);
  const asking = alone ? graph.node('Gather', [all, blocks.input(standard.pooledTokens)]) : all;
  const activated = blocks.activate(asking, blocks.bias(convolution, hidden), activation);
  return blocks.normalise(activated, attended, convolutionNorm);
}

function attend(
  blocks: Blocks<DebertaConfig>,
  names: ReturnType<typeof namesOf>,
  { tokens, asking, alone }: LayerStep,
): string {
  const { graph, config } = blocks;
  const { hidden, terms } = config;
  const shape = blocks.input(standard.batchShape(hidden));
  const project = (input: string, name: string, into: string) => {
    const linear = graph.node('Add', [blocks.linear(input, name, hidden, hidden), blocks.bias(name, hidden)]);
    return graph.node('Reshape', [linear, into]);
  };
  const query = project(asking, names.query, alone ? graph.integers([-1, 1, hidden]) : shape);
  const key = project(tokens, names.key, shape);
  const value = project(tokens, names.value, shape);
  const scale = scaleOf(config);
  let bias = blocks.input(standard.mask);
  if (terms.contentToPosition) {
    const scores = contentToPosition(blocks, distanceVectors(blocks, names.distanceKey, scale), { query, alone });
    bias = graph.node('Add', [scores, bias]);
  }
  if (terms.positionToContent) {
    const scores = positionToContent(blocks, distanceVectors(blocks, names.distanceQuery, scale), { key, alone });
    bias = graph.node('Add', [scores, bias]);
  }
  return blocks.attend(query, key, value, '', bias, { scale });
}

/** 1 / √(size of a head × terms of the score) */
function scaleOf({ hidden, heads, terms }: DebertaConfig): number {
  const count = 1 + Number(terms.contentToPosition) + Number(terms.positionToContent);
  return ((hidden / heads) * count) ** -0.5;
}

/** The table of distances through a linear map, times `scale`: [2 × span, hidden], of weights alone. */
function distanceVectors(blocks: Blocks<DebertaConfig>, name: string, scale: number): string {
  const { graph, config } = blocks;
  const { hidden, span, normalised } = config;
  const table = graph.once('distances', () => {
    if (!normalised) return graph.weight(distances, [2 * span, hidden]);
    return blocks.normaliseAlone(graph.weight(distances, [2 * span, hidden]), distancesNorm, hidden);
  });
  const form = { transposed: true, alpha: scale };
  const linear = graph.product(table, `${name}.weight`, [hidden, hidden], form);
  return graph.node('Add', [linear, graph.node('Mul', [blocks.bias(name, hidden), graph.floats([scale])])]);
}

/** q·P(i − j), [rows, heads, asking, T]. */
function contentToPosition(
  blocks: Blocks<DebertaConfig>,
  vectors: string,
  { query, alone }: { query: string; alone: boolean },
): string {
  const { graph, config } = blocks;
  const asked = byHead(blocks, query, [0, 2, 1, 3]);
  if (!alone) return scoresByKey(blocks, asked, vectors, inputs.rowsFromQuery(config.rows));
  const keys = graph.node('Gather', [vectors, blocks.input(inputs.rowsFromPooled(config.rows))]);
  return graph.node('MatMul', [asked, byHead(blocks, keys, [0, 2, 3, 1])]);
}

/** k·Q(i − j), [rows, heads, asking, T]. */
function positionToContent(
  blocks: Blocks<DebertaConfig>,
  vectors: string,
  { key, alone }: { key: string; alone: boolean },
): string {
  const { graph, config } = blocks;
  if (!alone) {
    const seenFromKey = scoresByKey(
      blocks,
      byHead(blocks, key, [0, 2, 1, 3]),
      vectors,
      inputs.rowsFromKey(config.rows),
    );
    return graph.node('Transpose', [seenFromKey], { perm: { ints: [0, 1, 3, 2] } });
  }
  const queries = graph.node('Gather', [vectors, blocks.input(inputs.rowsFromPooled(config.rows))]);
  const products = byHead(blocks, graph.node('Mul', [queries, key]), [0, 2, 1, 3]);
  const scores = graph.node('ReduceSum', [products, graph.integers([3])], { keepdims: { int: 0 } });
  return graph.node('Unsqueeze', [scores, graph.integers([2])]);
}

/** Vectors [rows, heads, T, size] with those of the distances in `rows`, [rows, heads, T, T]. */
function scoresByKey(blocks: Blocks<DebertaConfig>, asking: string, vectors: string, rows: GraphInput): string {
  const { graph, config } = blocks;
  const { hidden, heads } = config;
  const gathered = graph.node('Gather', [vectors, blocks.input(rows)]);
  const split = graph.node('Reshape', [gathered, graph.integers([-1, heads, hidden / heads])]);
  const turned = graph.node('Transpose', [split], { perm: { ints: [1, 2, 0] } });
  return shiftToKeys(blocks, graph.node('MatMul', [asking, turned]));
}

/** [rows, T, hidden] as [rows, T, heads, size], its axes in the order `perm`. */
function byHead({ graph, config }: Blocks<DebertaConfig>, vectors: string, perm: readonly number[]): string {
  const shape = graph.integers([0, 0, config.heads, config.hidden / config.heads]);
  return graph.node('Transpose', [graph.node('Reshape', [vectors, shape])], { perm: { ints: perm } });
}
