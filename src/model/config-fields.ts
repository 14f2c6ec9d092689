/** The fields of one config.json, each read with its check: a wrong one ends in a sentence that names it. */
import { WinnowError } from '../base/errors.ts';
import { entriesOf, shownJson, type JsonObject } from '../format/json.ts';

/** What every model has, whatever its architecture. */
export interface ModelSizes {
  /** Transformer layers; the embeddings are one more. */
  layers: number;
  hidden: number;
  heads: number;
  intermediate: number;
  vocabulary: number;
  /** Longest input in tokens. */
  positions: number;
  /** Where it is a number of its own, not hidden / heads. */
  headSize?: number;
}

/** What transformers' configs call the number of layers. */
export const layerFields = ['num_hidden_layers', 'n_layers', 'n_layer', 'num_layers'] as const;

/** The greatest of each number that a file may ask for. */
export const sizeLimits: Readonly<Required<ModelSizes>> = {
  layers: 1000,
  hidden: 65_536,
  heads: 1024,
  intermediate: 1_048_576,
  vocabulary: 16_777_216,
  positions: 1_048_576,
  headSize: 65_536,
};

const activations = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_accurate: 'gelu-tanh',
  gelu_python_tanh: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  quick_gelu: 'gelu-sigmoid',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
  mish: 'mish',
  tanh: 'tanh',
} as const;
export type Activation = (typeof activations)[keyof typeof activations];

export const sameModel = 'Use the config.json that was saved together with the weights.';

/** Where the arithmetic is one that Winnow writes no graph for. */
export const throughOnnx =
  'Export the model to ONNX, with the hidden states as outputs, and drop model.onnx beside config.json: it is computed as exported.';

export class ConfigFields {
  private readonly values: JsonObject;
  private readonly file: string;
  private readonly next: string;
  private readonly within: string;

  /** @param file for messages; @param next what to do about a wrong field; @param within before the names of fields */
  constructor(values: JsonObject, file: string, next = sameModel, within = '') {
    this.values = values;
    this.file = file;
    this.next = next;
    this.within = within;
  }

  /** The fields of an object in a field; null where there is none, or none in it. */
  inner(field: string): ConfigFields | null {
    if (!this.has(field)) return null;
    const values = entriesOf(this.values.get(field));
    if (values?.size === 0) return null;
    if (values) return new ConfigFields(values, this.file, this.next, `${this.within}${field}.`);
    return this.fail(`has ${this.within}${field} ${shownJson(this.values.get(field))} where an object belongs`);
  }

  has(field: string): boolean {
    return this.values.get(field) != null;
  }

  raw(field: string): unknown {
    return this.values.get(field);
  }

  text(field: string): string {
    const value = this.get(field);
    if (typeof value !== 'string') this.fail(`has ${this.within}${field} ${shownJson(value)} where a text belongs`);
    return value;
  }

  /** A whole number of at least 1; `absent` is what transformers takes when the field is not there, if anything. */
  count(field: string, limit: number, absent?: number): number {
    return this.whole(field, 1, limit, absent);
  }

  whole(field: string, least: number, limit: number, absent?: number): number {
    const value = absent === undefined ? this.get(field) : (this.values.get(field) ?? absent);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > limit) {
      this.fail(
        `has ${this.within}${field} ${shownJson(value)} where a whole number from ${least} to ${limit} belongs`,
      );
    }
    return value;
  }

  /** A number above 0; `absent` as above. */
  positive(field: string, absent: number): number {
    const value = this.values.get(field) ?? absent;
    if (typeof value !== 'number' || !(value > 0) || value > 1) {
      this.fail(`has ${this.within}${field} ${shownJson(value)} where a number above 0 and up to 1 belongs`);
    }
    return value;
  }

  /** A number from `least` to `limit`; `absent` as above. */
  real(field: string, least: number, limit: number, absent?: number): number {
    const value = absent === undefined ? this.get(field) : (this.values.get(field) ?? absent);
    if (typeof value !== 'number' || !(value >= least && value <= limit)) {
      this.fail(`has ${this.within}${field} ${shownJson(value)} where a number from ${least} to ${limit} belongs`);
    }
    return value;
  }

  flag(field: string, absent: boolean): boolean {
    const value = this.values.get(field) ?? absent;
    if (typeof value !== 'boolean')
      this.fail(`has ${this.within}${field} ${shownJson(value)} where true or false belongs`);
    return value;
  }

  /** One of `choices` for each layer; null where the field is not there. */
  byLayer<Choice extends string>(field: string, layers: number, choices: readonly Choice[]): Choice[] | null {
    if (!this.has(field)) return null;
    const value = this.values.get(field);
    const all: unknown[] = Array.isArray(value) ? value : [];
    const known = all.flatMap((own) => choices.filter((choice) => choice === own));
    if (known.length >= layers && known.length === all.length) return known.slice(0, layers);
    return this.fail(
      `has ${this.within}${field} ${shownJson(value)} where a list of ${choices.join(' or ')} for each of ${layers} layers belongs`,
    );
  }

  activation(field: string, absent: keyof typeof activations = 'gelu'): Activation {
    return this.activationOf(field, this.values.get(field) ?? absent);
  }

  /** The one that `value`, as `field` says it, names. */
  activationOf(field: string, value: unknown): Activation {
    const found = Object.entries(activations).find(([name]) => name === value);
    if (found) return found[1];
    return this.fail(
      `has ${field} ${shownJson(value)}, and Winnow computes ${Object.keys(activations).join(', ')}`,
      throughOnnx,
    );
  }

  /**
   * @param names of the first four fields; the others have one name in all encoders
   * @param longest the longest input where there is no table of positions
   */
  sizes(
    [layers, hidden, heads, intermediate]: readonly [string, string, string, string],
    longest?: number,
  ): ModelSizes {
    return {
      layers: this.size('layers', layers),
      hidden: this.size('hidden', hidden),
      heads: this.size('heads', heads),
      intermediate: this.size('intermediate', intermediate),
      vocabulary: this.size('vocabulary', 'vocab_size'),
      positions: longest ?? this.size('positions', 'max_position_embeddings'),
    };
  }

  /** One of the sizes under each name that transformers has for it: the first of `names` that is there. */
  size(size: keyof ModelSizes, ...names: string[]): number {
    const field = names.find((name) => this.has(name)) ?? names.join(', ');
    return this.count(field, sizeLimits[size]);
  }

  /** Refuses every value but one; a field that is not there has it. */
  mustBe(field: string, expected: string | boolean | number, next = throughOnnx): void {
    const value = this.values.get(field) ?? expected;
    if (value !== expected)
      this.fail(`has ${this.within}${field} ${shownJson(value)}, and Winnow computes only "${expected}"`, next);
  }

  fail(what: string, next = this.next): never {
    throw new WinnowError('bad-model', `\`${this.file}\` ${what}.`, next);
  }

  private get(field: string): unknown {
    const value = this.values.get(field);
    return value ?? this.fail(`has no ${this.within}${field}, so the shape of the model is not known`);
  }
}
