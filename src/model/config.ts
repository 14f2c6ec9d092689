/**
 * `config.json` → the numbers that a graph is written from. Every number is checked before anything is built on it; a
 * field that changes the arithmetic in a way Winnow does not write (relative positions, decoders) is refused.
 */
import { WinnowError } from '../base/errors.ts';
import { parseJsonObject } from '../format/json.ts';

export const architectureNames = ['bert'] as const;
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
  types: number;
  epsilon: number;
  activation: Activation;
}

const sameModel = 'Use the config.json that was saved together with the weights.';

/**
 * Reads the text of a config.json; `name` stands in messages.
 * @throws WinnowError `bad-model` naming the field that is missing or wrong, or the architecture that is not known;
 * `bad-file` when the text is not a JSON object.
 */
export function parseConfig(text: string, name: string): ModelConfig {
  const fields = new Fields(parseJsonObject(text, { what: `\`${name}\``, next: sameModel }), name);
  const type = fields.text('model_type');
  const architecture = architectureNames.find((known) => known === type);
  if (!architecture) {
    const message = `\`${name}\` names the architecture "${type}". This version of Winnow knows ${architectureNames.join(', ')}.`;
    throw new WinnowError('bad-model', message, 'Choose a model of a known architecture.');
  }
  return readers[architecture](fields);
}

/** One reader an architecture. */
const readers: Readonly<Record<ArchitectureName, (fields: Fields) => ModelConfig>> = { bert: readBert };

function readBert(fields: Fields): ModelConfig {
  fields.mustBe('position_embedding_type', 'absolute', 'absolute');
  fields.mustBe('is_decoder', false, false);
  const config: ModelConfig = {
    architecture: 'bert',
    layers: fields.count('num_hidden_layers', 1000),
    hidden: fields.count('hidden_size', 65_536),
    heads: fields.count('num_attention_heads', 1024),
    intermediate: fields.count('intermediate_size', 1_048_576),
    vocabulary: fields.count('vocab_size', 16_777_216),
    positions: fields.count('max_position_embeddings', 1_048_576),
    types: fields.count('type_vocab_size', 1024),
    epsilon: fields.positive('layer_norm_eps', 1e-12),
    activation: fields.choice('hidden_act', activations, 'gelu'),
  };
  if (config.hidden % config.heads !== 0) {
    fields.fail(`has hidden_size ${config.hidden}, which ${config.heads} attention heads do not divide`);
  }
  return config;
}

/** The fields of one config.json, each read with its check. */
class Fields {
  private readonly values: Map<string, unknown>;
  private readonly file: string;

  constructor(values: Map<string, unknown>, file: string) {
    this.values = values;
    this.file = file;
  }

  text(field: string): string {
    const value = this.get(field);
    if (typeof value !== 'string') this.fail(`has ${field} ${JSON.stringify(value)} where a text belongs`);
    return value;
  }

  /** A whole number of at least 1. */
  count(field: string, limit: number): number {
    const value = this.get(field);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > limit) {
      this.fail(`has ${field} ${JSON.stringify(value)} where a whole number from 1 to ${limit} belongs`);
    }
    return value;
  }

  /** A number above 0; `absent` is what transformers takes when the field is not there. */
  positive(field: string, absent: number): number {
    const value = this.values.get(field) ?? absent;
    if (typeof value !== 'number' || !(value > 0) || value > 1) {
      this.fail(`has ${field} ${JSON.stringify(value)} where a number above 0 and up to 1 belongs`);
    }
    return value;
  }

  choice<T>(field: string, choices: Readonly<Record<string, T>>, absent: string): T {
    const value = this.values.get(field) ?? absent;
    const found = Object.entries(choices).find(([name]) => name === value);
    if (!found) {
      this.fail(`has ${field} ${JSON.stringify(value)}, and Winnow computes ${Object.keys(choices).join(', ')}`);
    }
    return found[1];
  }

  /** Refuses every value but one; `absent` is what transformers takes when the field is not there. */
  mustBe(field: string, expected: string | boolean, absent: string | boolean): void {
    const value = this.values.get(field) ?? absent;
    if (value !== expected) this.fail(`has ${field} ${JSON.stringify(value)}, and Winnow computes only "${expected}"`);
  }

  fail(what: string): never {
    throw new WinnowError('bad-model', `\`${this.file}\` ${what}.`, sameModel);
  }

  private get(field: string): unknown {
    const value = this.values.get(field);
    if (value === undefined || value === null) {
      this.fail(`has no ${field}, so the shape of the model is not known`);
    }
    return value;
  }
}
