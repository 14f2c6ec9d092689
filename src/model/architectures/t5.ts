/**
 * The encoder of T5 (Raffel et al. 2020): normalised by squares before each half of a layer, no biases, no positions but
 * one bias by distance that all layers share.
 */
import { isToTheEnd, type Architecture, type Extent, type WrittenGraph } from '../architecture.ts';
import { sizeLimits, type ConfigFields, type ModelSizes } from '../config-fields.ts';
import { Blocks, Shapes, type BlockSizes } from '../graph/blocks.ts';
import { classInputs, distanceBuckets, writeDistanceBias, type DistanceBias } from '../graph/distances.ts';
import * as inputs from '../graph/inputs.ts';
import { writeStack, type LayerStep } from '../graph/stack.ts';
import { taskHeads } from '../heads.ts';

interface T5Config extends ModelSizes, BlockSizes {
  headSize: number;
  /** The feed-forward half has a second map whose numbers are the factors of the first's. */
  gated: boolean;
  buckets: { count: number; farthest: number };
}

const words = 'shared.weight';
const distances = 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight';
const finalNorm = 'encoder.final_layer_norm';
/** T5 itself takes any length; it was trained on 512. */
const longest = 512;

export const t5: Architecture<T5Config> = {
  types: ['t5'],
  pooling: 'first',
  lastLayer: 'normalised',
  anchor: words,
  // The word embeddings under their second name, and what answers with words.
  idle: ['encoder.embed_tokens', 'decoder', 'lm_head'],
  heads: taskHeads('T5', 'transformer', null),
  read: readConfig,
  shapes: listShapes,
  write,
};

function readConfig(fields: ConfigFields): T5Config {
  const positions = fields.count('n_positions', sizeLimits.positions, longest);
  const sizes = fields.sizes(['num_layers', 'd_model', 'num_heads', 'd_ff'], positions);
  const halves = fields.has('feed_forward_proj') ? fields.text('feed_forward_proj').split('-') : ['relu'];
  const activation = halves.at(-1) ?? '';
  const isGated = halves.length > 1 && halves[0] === 'gated';
  if (halves.length > (isGated ? 2 : 1))
    fields.fail(`has feed_forward_proj "${halves.join('-')}", which T5 does not have`);
  const buckets = {
    count: fields.whole('relative_attention_num_buckets', 4, sizeLimits.positions, 32),
    farthest: fields.whole('relative_attention_max_distance', 2, sizeLimits.positions, 128),
  };
  if (buckets.count % 4 !== 0 || buckets.farthest <= buckets.count / 4) {
    const { count, farthest } = buckets;
    fields.fail(`has ${count} relative_attention_num_buckets for distances up to ${farthest}, which do not fill them`);
  }
  return {
    ...sizes,
    headSize: fields.count('d_kv', sizeLimits.headSize, 64),
    epsilon: fields.positive('layer_norm_epsilon', 1e-6),
    // As T5Config of transformers reads it: what it derives of feed_forward_proj yields to fields of its own.
    activation: fields.has('dense_act_fn')
      ? fields.activation('dense_act_fn')
      : fields.activationOf('feed_forward_proj', isGated && activation === 'gelu' ? 'gelu_new' : activation),
    gated: fields.flag('is_gated_act', isGated),
    buckets,
  };
}

function namesOf(layer: number) {
  const block = `encoder.block.${layer}`;
  const attention = `${block}.layer.0.SelfAttention`;
  const dense = `${block}.layer.1.DenseReluDense`;
  return {
    ...{ query: `${attention}.q`, key: `${attention}.k`, value: `${attention}.v`, output: `${attention}.o` },
    ...{ wide: `${dense}.wi`, gate: `${dense}.wi_0`, up: `${dense}.wi_1`, narrow: `${dense}.wo` },
    ...{ attentionNorm: `${block}.layer.0.layer_norm`, norm: `${block}.layer.1.layer_norm` },
  };
}

function listShapes({ layers, hidden, heads, headSize, intermediate, vocabulary, gated, buckets }: T5Config) {
  const shapes = new Shapes().tensor(words, vocabulary, hidden).tensor(distances, buckets.count, heads);
  const width = heads * headSize;
  for (let layer = 0; layer < layers; layer += 1) {
    const names = namesOf(layer);
    for (const name of [names.query, names.key, names.value]) shapes.tensor(`${name}.weight`, width, hidden);
    shapes.tensor(`${names.output}.weight`, hidden, width);
    const widening = gated ? [names.gate, names.up] : [names.wide];
    for (const name of widening) shapes.tensor(`${name}.weight`, intermediate, hidden);
    shapes.tensor(`${names.narrow}.weight`, hidden, intermediate);
    for (const name of [names.attentionNorm, names.norm]) shapes.tensor(`${name}.weight`, hidden);
  }
  return shapes.tensor(`${finalNorm}.weight`, hidden).all;
}

function write(config: T5Config, extent: Extent): WrittenGraph {
  const { hidden, vocabulary, buckets } = config;
  const blocks = new Blocks(config, extent);
  const { graph } = blocks;
  const relative = {
    ...{ table: distances, classes: buckets.count },
    ...classInputs(distanceBuckets(buckets.count, buckets.farthest)),
  };
  const embedded = blocks.look(words, [vocabulary, hidden], blocks.input(inputs.ids));
  const finish = isToTheEnd(config, extent) ? (vectors: string) => normalise(blocks, vectors, finalNorm) : null;
  return writeStack(blocks, { ...extent, finish }, embedded, (step) => {
    const names = namesOf(step.layer);
    const attended = graph.node('Add', [step.asking, attend(blocks, names, relative, step)]);
    return graph.node('Add', [attended, feedForward(blocks, normalise(blocks, attended, names.norm), names)]);
  });
}

function normalise(blocks: Blocks, input: string, name: string): string {
  return blocks.normaliseSquares(input, blocks.graph.weight(`${name}.weight`, [blocks.config.hidden]));
}

/** [asking, hidden]; the scores are not scaled. */
function attend(
  blocks: Blocks<T5Config>,
  names: ReturnType<typeof namesOf>,
  relative: DistanceBias,
  step: LayerStep,
): string {
  const { graph, config } = blocks;
  const { hidden, heads, headSize } = config;
  const width = heads * headSize;
  const tokens = normalise(blocks, step.tokens, names.attentionNorm);
  const asking = step.alone ? normalise(blocks, step.asking, names.attentionNorm) : tokens;
  const shape = blocks.input(inputs.batchShape(width));
  const project = (input: string, name: string, into: string) =>
    graph.node('Reshape', [blocks.linear(input, name, width, hidden), into]);
  const query = project(asking, names.query, step.alone ? graph.integers([-1, 1, width]) : shape);
  const [key, value] = [names.key, names.value].map((name) => project(tokens, name, shape));
  const bias = graph.once(`distances ${step.alone ? 'alone' : 'all'}`, () =>
    writeDistanceBias(blocks, relative, step.alone),
  );
  const context = blocks.attend(query, key, value, '', bias, { scale: 1, width });
  return blocks.linear(context, names.output, hidden, width);
}

function feedForward(blocks: Blocks<T5Config>, input: string, names: ReturnType<typeof namesOf>): string {
  const { graph, config } = blocks;
  const { hidden, intermediate, gated } = config;
  const widen = (name: string) => blocks.linear(input, name, intermediate, hidden);
  const activated = blocks.activate(widen(gated ? names.gate : names.wide), '');
  const wide = gated ? graph.node('Mul', [activated, widen(names.up)]) : activated;
  return blocks.linear(wide, names.narrow, hidden, intermediate);
}
