/**
 * XLNet (Yang et al. 2019) with its content stream alone, as it is fine-tuned. The score of query i and key j is
 * (q + w)·k + (q + r)·R(i − j) + (q + s)·S, scaled: content, distance, and whether both are of one segment; w, r and s
 * are learned in each layer. The first term is the runtime's attention; the others reach it as its bias.
 */
import type { Extent, WrittenGraph } from '../../architecture.ts';
import { Blocks, Shapes } from '../../graph/blocks.ts';
import { batchShape, ids, mask } from '../../graph/inputs.ts';
import { shiftToKeys } from '../../graph/distances.ts';
import { writeStack, type LayerStep } from '../../graph/stack.ts';
import * as inputs from './inputs.ts';
import type { XlnetConfig } from './inputs.ts';

export const wordEmbedding = 'word_embedding.weight';

const attention = (layer: number) => `layer.${layer}.rel_attn`;
const feedForward = (layer: number) => {
  const name = `layer.${layer}.ff`;
  return { wide: `${name}.layer_1`, narrow: `${name}.layer_2`, norm: `${name}.layer_norm` };
};

/** Of the content stream. */
export function xlnetShapes({ layers, hidden, heads, intermediate, vocabulary }: XlnetConfig): Map<string, number[]> {
  const shapes = new Shapes().tensor(wordEmbedding, vocabulary, hidden);
  const size = hidden / heads;
  for (let layer = 0; layer < layers; layer += 1) {
    const name = attention(layer);
    for (const part of ['q', 'k', 'v', 'o', 'r']) shapes.tensor(`${name}.${part}`, hidden, heads, size);
    for (const part of ['r_w_bias', 'r_r_bias', 'r_s_bias']) shapes.tensor(`${name}.${part}`, heads, size);
    shapes.tensor(`${name}.seg_embed`, 2, heads, size).norm(`${name}.layer_norm`, hidden);
    const { wide, narrow, norm } = feedForward(layer);
    shapes.linear(wide, intermediate, hidden).linear(narrow, hidden, intermediate).norm(norm, hidden);
  }
  return shapes.all;
}

export function writeXlnet(config: XlnetConfig, extent: Extent): WrittenGraph {
  const blocks = new Blocks(config, extent);
  const { graph } = blocks;
  const { hidden, vocabulary } = config;
  const embedded = blocks.look(wordEmbedding, [vocabulary, hidden], blocks.input(ids));
  return writeStack(blocks, extent, embedded, (step) => {
    const name = attention(step.layer);
    const context = attend(blocks, name, step);
    const projected = graph.product(context, `${name}.o`, [hidden, hidden], { transposed: true });
    const attended = blocks.normalise(projected, step.asking, `${name}.layer_norm`);
    return blocks.feedForward(attended, feedForward(step.layer));
  });
}

function attend(blocks: Blocks<XlnetConfig>, name: string, { tokens, asking, alone }: LayerStep): string {
  const { graph, config } = blocks;
  const { hidden, heads } = config;
  const shape = blocks.input(batchShape(hidden));
  const to = alone ? graph.integers([-1, 1, hidden]) : shape;
  // [hidden, heads, size] in the file is [inputs, outputs] of one linear map.
  const project = (input: string, part: string, into: string) => {
    const linear = graph.product(input, `${name}.${part}`, [hidden, hidden], { transposed: false });
    return graph.node('Reshape', [linear, into]);
  };
  const query = project(asking, 'q', to);
  const content = graph.node('Add', [query, graph.weight(`${name}.r_w_bias`, [hidden])]);
  const byHead = graph.node('Reshape', [query, graph.integers([0, 0, heads, hidden / heads])]);
  const turned = graph.node('Transpose', [byHead], { perm: { ints: [0, 2, 1, 3] } });
  const near = graph.node('Add', [
    distanceScores(blocks, name, turned, alone),
    segmentScores(blocks, name, turned, alone),
  ]);
  const bias = graph.node('Add', [near, blocks.input(mask)]);
  return blocks.attend(content, project(tokens, 'k', shape), project(tokens, 'v', shape), '', bias);
}

/** (q + r)·R(i − j), scaled, [rows, heads, asking, T], of queries [rows, heads, asking, size]. */
function distanceScores(blocks: Blocks<XlnetConfig>, name: string, query: string, alone: boolean): string {
  const { graph, config } = blocks;
  const { hidden, heads } = config;
  const size = hidden / heads;
  const biased = graph.node('Add', [query, graph.weight(`${name}.r_r_bias`, [heads, 1, size])]);
  const distances = blocks.input(inputs.distances(config));
  const form = { transposed: false, alpha: size ** -0.5 };
  const keys = graph.product(distances, `${name}.r`, [hidden, hidden], form);
  if (alone) {
    const gathered = graph.node('Gather', [keys, blocks.input(inputs.pooledDistances)]);
    const byHead = graph.node('Reshape', [gathered, graph.integers([0, 0, heads, size])]);
    return graph.node('MatMul', [biased, graph.node('Transpose', [byHead], { perm: { ints: [0, 2, 3, 1] } })]);
  }
  const byHead = graph.node('Reshape', [keys, graph.integers([-1, heads, size])]);
  const turned = graph.node('Transpose', [byHead], { perm: { ints: [1, 2, 0] } });
  return shiftToKeys(blocks, graph.node('MatMul', [biased, turned]));
}

/** What the score of a key of another segment has above one of the same, scaled: the softmax sees no more than that. */
function segmentScores(blocks: Blocks<XlnetConfig>, name: string, query: string, alone: boolean): string {
  const { graph, config } = blocks;
  const { hidden, heads } = config;
  const size = hidden / heads;
  const biased = graph.node('Add', [query, graph.weight(`${name}.r_s_bias`, [heads, 1, size])]);
  const both = graph.weight(`${name}.seg_embed`, [2, heads, size, 1]);
  const [same, other] = [0, 1].map((row) => graph.node('Gather', [both, graph.integers([row])]));
  const gap = graph.node('Mul', [graph.node('Sub', [other, same]), graph.floats([size ** -0.5])]);
  const scores = graph.node('MatMul', [biased, gap]);
  return graph.node('Mul', [scores, blocks.input(alone ? inputs.pooledSegments : inputs.segments)]);
}
