/**
 * `config.json` → the numbers that a graph is written from, one reader an architecture. Every number is checked before
 * anything is built on it; a field that changes the arithmetic in a way Winnow does not write (decoders, positions of
 * another kind) is refused.
 */
import { WinnowError } from '../base/errors.ts';
import { parseJsonObject } from '../format/json.ts';
import { ConfigFields, sameModel } from './config-fields.ts';
import { mpnetBuckets } from './graph/mpnet-buckets.ts';

export const architectureNames = [
  'albert',
  'bert',
  'camembert',
  'distilbert',
  'electra',
  'mpnet',
  'roberta',
  'xlm-roberta',
  'xlnet',
] as const;
export type ArchitectureName = (typeof architectureNames)[number];

const activations = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
} as const;
export type Activation = (typeof activations)[keyof typeof activations];

export interface ModelConfig {
  architecture: ArchitectureName;
  /** Transformer layers; the embeddings are one more. */
  layers: number;
  hidden: number;
  heads: number;
  intermediate: number;
  vocabulary: number;
  /** Longest input in tokens. */
  positions: number;
  /** The padding's id where positions begin after it and leave such tokens out (RoBERTa); null where they are 0, 1, … */
  padding: number | null;
  /** Segments with a vector of their own; 0 where the embeddings have none. */
  types: number;
  /** Width of the embedding tables; projected to `hidden` where it differs. */
  embedding: number;
  /** Sets of weights that layers share by turns, one for each layer but in ALBERT. */
  groups: number;
  /** Layers inside one that counts, each with weights of its own; more than 1 only in ALBERT. */
  inner: number;
  /** XLNet: greatest distance in tokens that is told apart; null for all. */
  clamp: number | null;
  epsilon: number;
  activation: Activation;
}

/**
 * Reads the text of a config.json; `name` stands in messages.
 * @throws WinnowError `bad-model` naming the field that is missing or wrong, or the architecture that is not known;
 * `bad-file` when the text is not a JSON object.
 */
export function parseConfig(text: string, name: string): ModelConfig {
  const fields = new ConfigFields(parseJsonObject(text, { what: `\`${name}\``, next: sameModel }), name);
  const type = fields.text('model_type');
  const architecture = architectureNames.find((known) => known === type);
  if (!architecture) {
    const message = `\`${name}\` names the architecture "${type}". This version of Winnow knows ${architectureNames.join(', ')}.`;
    const next = 'Choose a model of a known architecture, or export this one to ONNX: model.onnx opens whatever it is.';
    throw new WinnowError('bad-model', message, next);
  }
  const config: ModelConfig = { architecture, ...readers[architecture](fields) };
  if (config.hidden % config.heads !== 0) {
    fields.fail(`has hidden_size ${config.hidden}, which ${config.heads} attention heads do not divide`);
  }
  return config;
}

type Shape = Omit<ModelConfig, 'architecture'>;

const readers: Readonly<Record<ArchitectureName, (fields: ConfigFields) => Shape>> = {
  albert: readAlbert,
  bert: readBert,
  camembert: readRoberta,
  distilbert: readDistilbert,
  electra: readElectra,
  mpnet: readMpnet,
  roberta: readRoberta,
  'xlm-roberta': readRoberta,
  xlnet: readXlnet,
};

/** The greatest of each number that a file may ask for. */
const limits = { layers: 1000, width: 65_536, heads: 1024, wide: 1_048_576, tokens: 16_777_216, positions: 1_048_576 };

function readSizes(fields: ConfigFields) {
  const layers = fields.count('num_hidden_layers', limits.layers);
  const hidden = fields.count('hidden_size', limits.width);
  return {
    layers,
    hidden,
    heads: fields.count('num_attention_heads', limits.heads),
    intermediate: fields.count('intermediate_size', limits.wide),
    vocabulary: fields.count('vocab_size', limits.tokens),
    positions: fields.count('max_position_embeddings', limits.positions),
    ...plain(layers, hidden),
    epsilon: fields.positive('layer_norm_eps', 1e-12),
    activation: fields.choice('hidden_act', activations, 'gelu'),
  };
}

/** What only some architectures have, where they do not have it. */
function plain(layers: number, hidden: number) {
  return { padding: null, types: 0, embedding: hidden, groups: layers, inner: 1, clamp: null };
}

function readBert(fields: ConfigFields): Shape {
  fields.mustBe('position_embedding_type', 'absolute');
  fields.mustBe('is_decoder', false);
  return { ...readSizes(fields), types: fields.count('type_vocab_size', 1024) };
}

function readElectra(fields: ConfigFields): Shape {
  return { ...readBert(fields), embedding: fields.count('embedding_size', limits.width) };
}

function readRoberta(fields: ConfigFields): Shape {
  const config = readBert(fields);
  return { ...config, ...afterPadding(fields, config, fields.whole('pad_token_id', 0, config.vocabulary - 1, 1)) };
}

/** The table's rows up to the padding's own belong to no token. */
function afterPadding(fields: ConfigFields, { positions }: { positions: number }, padding: number) {
  if (positions <= padding + 1) {
    fields.fail(`has max_position_embeddings ${positions}, which leaves no position after padding token ${padding}`);
  }
  return { padding, positions: positions - padding - 1 };
}

function readMpnet(fields: ConfigFields): Shape {
  fields.mustBe('relative_attention_num_buckets', mpnetBuckets);
  const config = readSizes(fields);
  // Written into MPNetEmbeddings of transformers, whatever the config says.
  return { ...config, ...afterPadding(fields, config, 1) };
}

function readAlbert(fields: ConfigFields): Shape {
  const config = readElectra(fields);
  return {
    ...config,
    activation: fields.choice('hidden_act', activations, 'gelu_new'),
    groups: fields.count('num_hidden_groups', config.layers, 1),
    inner: fields.count('inner_group_num', Math.floor(limits.layers / config.layers), 1),
  };
}

function readDistilbert(fields: ConfigFields): Shape {
  const layers = fields.count('n_layers', limits.layers);
  const hidden = fields.count('dim', limits.width);
  return {
    layers,
    hidden,
    heads: fields.count('n_heads', limits.heads),
    intermediate: fields.count('hidden_dim', limits.wide),
    vocabulary: fields.count('vocab_size', limits.tokens),
    positions: fields.count('max_position_embeddings', limits.positions),
    ...plain(layers, hidden),
    epsilon: 1e-12,
    activation: fields.choice('activation', activations, 'gelu'),
  };
}

/** XLNet itself takes any length; its scores take memory with the square of it, and it was trained on 512. */
const xlnetPositions = 1024;

function readXlnet(fields: ConfigFields): Shape {
  fields.mustBe('attn_type', 'bi');
  fields.mustBe('bi_data', false);
  const layers = fields.count('n_layer', limits.layers);
  const hidden = fields.count('d_model', limits.width);
  const heads = fields.count('n_head', limits.heads);
  fields.mustBe('d_head', hidden / heads);
  const clamp = fields.whole('clamp_len', -limits.positions, limits.positions, -1);
  return {
    layers,
    hidden,
    heads,
    intermediate: fields.count('d_inner', limits.wide),
    vocabulary: fields.count('vocab_size', limits.tokens),
    positions: xlnetPositions,
    ...plain(layers, hidden),
    clamp: clamp > 0 ? clamp : null,
    epsilon: fields.positive('layer_norm_eps', 1e-12),
    activation: fields.choice('ff_activation', activations, 'gelu'),
  };
}
