/**
 * What the graphs of all encoders share: linear maps as the weights lie in the file, a residual with its normalisation,
 * the feed-forward half of a layer. Values between blocks are flat, [tokens, hidden], float32.
 */
import type { GraphInput } from '../batch.ts';
import type { Activation, ModelSizes } from '../config-fields.ts';
import type { Extent } from '../architecture.ts';
import { StandardInputs } from './standard-inputs.ts';
import { GraphBuilder } from './writer.ts';

/** Names of the feed-forward half of a layer. */
export interface FeedForwardNames {
  /** hidden → intermediate */
  wide: string;
  /** intermediate → hidden */
  narrow: string;
  norm: string;
}

/** What the blocks need of a config. */
export interface BlockSizes extends Pick<ModelSizes, 'hidden' | 'heads' | 'intermediate'> {
  epsilon: number;
  activation: Activation;
}

export class Blocks<Config extends BlockSizes = BlockSizes> {
  readonly graph: GraphBuilder;
  readonly inputs = new Map<string, GraphInput>();
  readonly config: Config;
  readonly flat: string;
  /** Of a graph that other programs feed; null where Winnow does. */
  readonly given: StandardInputs | null;

  constructor(config: Config, { readout }: Extent) {
    this.config = config;
    this.graph = new GraphBuilder(readout && { storage: readout.storage });
    this.given = readout ? new StandardInputs(this.graph, readout.token) : null;
    this.flat = this.graph.integers([-1, config.hidden]);
  }

  /** An input of the graph, declared when it is first used. */
  input(input: GraphInput): string {
    const { given } = this;
    const { name, type, shape } = input;
    if (given) return this.graph.once(`input ${name}`, () => input.write(given));
    if (!this.inputs.has(name)) {
      this.graph.input(name, type, shape);
      this.inputs.set(name, input);
    }
    return name;
  }

  /** Rows of a table of vectors. */
  look(table: string, size: readonly [number, number], indices: string): string {
    return this.graph.rows(table, size, indices);
  }

  /** PyTorch's Linear without its bias, which a fused operator adds later. */
  linear(input: string, name: string, outputs: number, inputs: number): string {
    return this.graph.product(input, `${name}.weight`, [outputs, inputs], { transposed: true });
  }

  bias(name: string, size: number): string {
    return this.graph.weight(`${name}.bias`, [size]);
  }

  /** LayerNorm(input + skip + bias) */
  normalise(input: string, skip: string, name: string, bias = '', width = this.config.hidden): string {
    const scale = this.graph.weight(`${name}.weight`, [width]);
    const inputs = [input, skip, scale, this.bias(name, width), bias];
    return this.graph.fused('SkipLayerNormalization', inputs, { epsilon: { float: this.config.epsilon } });
  }

  /** LayerNorm(input) */
  normaliseAlone(input: string, name: string, width: number, hasBias = true): string {
    const bias = hasBias ? [this.bias(name, width)] : [];
    const inputs = [input, this.graph.weight(`${name}.weight`, [width]), ...bias];
    return this.graph.node('LayerNormalization', inputs, { epsilon: { float: this.config.epsilon } });
  }

  /** x / √(mean of x² + ε) · weight over the last axis. @param scale its name, or the value itself */
  normaliseSquares(input: string, scale: string): string {
    const attributes = { epsilon: { float: this.config.epsilon }, axis: { int: -1 } };
    return this.graph.node('SimplifiedLayerNormalization', [input, scale], attributes);
  }

  /**
   * Attention of all heads; `bias` is added to the scaled scores, `biases` to query, key and value.
   * @param scale of the scores; by default 1 / √(head size) @returns [vectors, width]
   */
  attend(
    query: string,
    key: string,
    value: string,
    biases: string,
    bias: string,
    { scale, width = this.config.hidden }: { scale?: number; width?: number } = {},
  ): string {
    const inputs = [query, key, value, biases, '', bias];
    const attributes = {
      num_heads: { int: this.config.heads },
      ...(scale !== undefined && { scale: { float: scale } }),
    };
    const context = this.graph.fused('MultiHeadAttention', inputs, attributes);
    return this.graph.node('Reshape', [context, width === this.config.hidden ? this.flat : this.vectorsOf(width)]);
  }

  private vectorsOf(width: number): string {
    return this.graph.once(`vectors of ${width}`, () => this.graph.integers([-1, width]));
  }

  feedForward(input: string, { wide, narrow, norm }: FeedForwardNames): string {
    const { hidden, intermediate } = this.config;
    const activated = this.activate(this.linear(input, wide, intermediate, hidden), this.bias(wide, intermediate));
    return this.normalise(this.linear(activated, narrow, hidden, intermediate), input, norm, this.bias(narrow, hidden));
  }

  /** x · sigmoid(factor · x) */
  private gated(x: string, factor: number | null): string {
    const scaled = factor === null ? x : this.graph.node('Mul', [x, this.graph.floats([factor])]);
    return this.graph.node('Mul', [x, this.graph.node('Sigmoid', [scaled])]);
  }

  /** x · tanh(ln(1 + eˣ)) = x · n / (n + 2) with n = eˣ(eˣ + 2); beyond 20 the quotient is 1 in float32. */
  private mish(x: string): string {
    const { graph } = this;
    const two = graph.floats([2]);
    const power = graph.node('Exp', [graph.node('Clip', [x, graph.floats([-100]), graph.floats([20])])]);
    const n = graph.node('Mul', [power, graph.node('Add', [power, two])]);
    return graph.node('Mul', [x, graph.node('Div', [n, graph.node('Add', [n, two])])]);
  }

  /** @param bias its name; empty where there is none @param activation of the config where it is not said */
  activate(input: string, bias: string, activation = this.config.activation): string {
    const biased = (): string => (bias === '' ? input : this.graph.node('Add', [input, bias]));
    switch (activation) {
      case 'gelu':
        return bias === '' ? this.graph.fused('Gelu', [input]) : this.graph.fused('BiasGelu', [input, bias]);
      case 'gelu-tanh':
        return this.graph.fused('FastGelu', bias === '' ? [input] : [input, bias]);
      case 'relu':
        return this.graph.node('Relu', [biased()]);
      case 'tanh':
        return this.graph.node('Tanh', [biased()]);
      case 'silu':
        return this.gated(biased(), null);
      case 'gelu-sigmoid':
        return this.gated(biased(), 1.702);
      case 'mish':
        return this.mish(biased());
      default:
        return activation satisfies never;
    }
  }
}

/** Collects the shapes of a model's tensors by canonical name, as PyTorch saves its modules. */
export class Shapes {
  readonly all = new Map<string, number[]>();

  tensor(name: string, ...shape: number[]): this {
    this.all.set(name, shape);
    return this;
  }

  norm(name: string, width: number): this {
    return this.tensor(`${name}.weight`, width).tensor(`${name}.bias`, width);
  }

  linear(name: string, outputs: number, inputs: number): this {
    return this.tensor(`${name}.weight`, outputs, inputs).tensor(`${name}.bias`, outputs);
  }
}
