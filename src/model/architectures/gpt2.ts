/** GPT-2 (Radford et al. 2019): learned positions, normalised before each half, weights stored as [inputs, outputs]. */
import { isToTheEnd, type Architecture, type Extent, type WrittenGraph } from '../architecture.ts';
import type { ConfigFields, ModelSizes } from '../config-fields.ts';
import { Blocks, Shapes, type BlockSizes } from '../graph/blocks.ts';
import * as inputs from '../graph/inputs.ts';
import { writeStack, type LayerStep } from '../graph/stack.ts';
import { onlyEarlier, windowMask } from '../graph/windows.ts';
import { decoderHeads } from './llama.ts';

type Gpt2Config = ModelSizes & BlockSizes;

const words = 'wte.weight';
const positions = 'wpe.weight';
const finalNorm = 'ln_f';

export const gpt2: Architecture<Gpt2Config> = {
  types: ['gpt2'],
  decoder: true,
  pooling: 'last',
  lastLayer: 'normalised',
  causal: () => true,
  intermediate: usualIntermediate,
  heads: decoderHeads('GPT2', 'transformer', 'classifier'),
  // Masks that older versions of transformers kept among the weights.
  idle: ['h.*.attn.bias', 'h.*.attn.masked_bias'],
  anchor: words,
  read: readGpt2,
  shapes: listShapes,
  write,
};

/** Where the config says none. */
function usualIntermediate(hidden: number): number {
  return 4 * hidden;
}

function readGpt2(fields: ConfigFields): Gpt2Config {
  fields.mustBe('scale_attn_weights', true);
  fields.mustBe('scale_attn_by_inverse_layer_idx', false);
  fields.mustBe('add_cross_attention', false);
  const hidden = fields.size('hidden', 'n_embd');
  return {
    layers: fields.size('layers', 'n_layer'),
    hidden,
    heads: fields.size('heads', 'n_head'),
    intermediate: fields.has('n_inner') ? fields.size('intermediate', 'n_inner') : usualIntermediate(hidden),
    vocabulary: fields.size('vocabulary', 'vocab_size'),
    positions: fields.size('positions', 'n_positions', 'n_ctx'),
    epsilon: fields.positive('layer_norm_epsilon', 1e-5),
    activation: fields.activation('activation_function', 'gelu_new'),
  };
}

function listShapes({ layers, hidden, intermediate, vocabulary, positions: count }: Gpt2Config): Map<string, number[]> {
  const shapes = new Shapes().tensor(words, vocabulary, hidden).tensor(positions, count, hidden);
  const map = (name: string, width: number, outputs: number): void => {
    shapes.tensor(`${name}.weight`, width, outputs).tensor(`${name}.bias`, outputs);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `h.${layer}`;
    shapes.norm(`${name}.ln_1`, hidden).norm(`${name}.ln_2`, hidden);
    map(`${name}.attn.c_attn`, hidden, 3 * hidden);
    map(`${name}.attn.c_proj`, hidden, hidden);
    map(`${name}.mlp.c_fc`, hidden, intermediate);
    map(`${name}.mlp.c_proj`, intermediate, hidden);
  }
  return shapes.norm(finalNorm, hidden).all;
}

function write(config: Gpt2Config, extent: Extent): WrittenGraph {
  const blocks = new Blocks(config, extent);
  const { graph } = blocks;
  const { hidden, intermediate, vocabulary, positions: count } = config;
  const map = (input: string, name: string, width: number, outputs: number): string =>
    graph.product(input, `${name}.weight`, [width, outputs], { transposed: false });
  const biased = (input: string, name: string, width: number, outputs: number): string =>
    graph.node('Add', [map(input, name, width, outputs), blocks.bias(name, outputs)]);
  const embedded = graph.node('Add', [
    blocks.look(words, [vocabulary, hidden], blocks.input(inputs.ids)),
    blocks.look(positions, [count, hidden], blocks.input(inputs.positions(null))),
  ]);
  const finish = isToTheEnd(config, extent) ? (last: string) => blocks.normaliseAlone(last, finalNorm, hidden) : null;
  return writeStack(blocks, { ...extent, finish }, embedded, (step) => {
    const name = `h.${step.layer}`;
    const tokens = blocks.normaliseAlone(step.tokens, `${name}.ln_1`, hidden);
    const asking = step.alone ? blocks.normaliseAlone(step.asking, `${name}.ln_1`, hidden) : tokens;
    const joined = `${name}.attn.c_attn`;
    const asked = biased(asking, joined, hidden, 3 * hidden);
    const known = step.alone ? biased(tokens, joined, hidden, 3 * hidden) : asked;
    const context = attend(blocks, { asked, known, alone: step.alone });
    const sum = graph.node('Add', [step.asking, biased(context, `${name}.attn.c_proj`, hidden, hidden)]);
    const normed = blocks.normaliseAlone(sum, `${name}.ln_2`, hidden);
    const [wide, narrow] = [`${name}.mlp.c_fc`, `${name}.mlp.c_proj`];
    const activated = blocks.activate(map(normed, wide, hidden, intermediate), blocks.bias(wide, intermediate));
    return graph.node('Add', [sum, biased(activated, narrow, intermediate, hidden)]);
  });
}

/** @param asked queries, keys and values of those that attend, [asking, 3 × hidden]; @param known of all tokens */
function attend(
  blocks: Blocks<Gpt2Config>,
  { asked, known, alone }: { asked: string; known: string } & Pick<LayerStep, 'alone'>,
): string {
  const { graph, config } = blocks;
  const { hidden } = config;
  const shape = blocks.input(inputs.batchShape(hidden));
  const part = (input: string, index: number, into: string): string => {
    const [from, to, axis] = [index * hidden, (index + 1) * hidden, 1].map((one) => graph.integers([one]));
    return graph.node('Reshape', [graph.node('Slice', [input, from, to, axis]), into]);
  };
  const query = part(asked, 0, alone ? graph.integers([-1, 1, hidden]) : shape);
  const mask = blocks.input(windowMask(onlyEarlier, alone));
  return blocks.attend(query, part(known, 1, shape), part(known, 2, shape), '', mask);
}
