/**
 * Models built as Llama is (Touvron et al. 2023): rotary positions, a gated feed-forward half, normalisations before each
 * half. What differs between them is given: which tokens a layer's attend to, heads that share their keys, normalised
 * heads, normalisations after a half (Gemma 3) or after its addition (NomicBERT), names, joined matrices.
 */
import { isToTheEnd, type Architecture, type Extent, type WrittenGraph } from '../architecture.ts';
import type { ModelSizes } from '../config-fields.ts';
import { Blocks, Shapes, type BlockSizes } from './blocks.ts';
import * as inputs from './inputs.ts';
import { places, pooledPlaces, rotaryTables, type Rotary } from './rotary.ts';
import { writeStack, type LayerStep } from './stack.ts';
import { windowMask, type Window } from './windows.ts';

export interface LlamaConfig extends ModelSizes, BlockSizes {
  headSize: number;
  /** Heads of keys and of values; each serves as many heads of queries as there are to one. */
  keyHeads: number;
  /** Of each layer. */
  attention: readonly { window: Window; rotary: Rotary }[];
  /** Scores are multiplied by it; null: 1 / √(head size). */
  scale: number | null;
  /** The embeddings are multiplied by it. */
  embeddingScale: number;
  /** Segments with a vector of their own; 0 where there are none. */
  types: number;
  /** Which maps and normalisations have a bias. */
  biases: { projections: boolean; output: boolean; feedForward: boolean; norms: boolean };
}

export interface LlamaLayerNames {
  /** One map each, or one with all their rows, one after the other. */
  projections: { query: string; key: string; value: string } | { joined: string };
  output: string;
  /** The gate passes through the activation; of a joined map its rows come first. */
  gate: { gate: string; up: string } | { joined: string };
  down: string;
  /** Normalisations; null where the layer has none there. */
  norms: {
    beforeAttention: string | null;
    afterAttention?: string;
    beforeFeedForward: string | null;
    afterFeedForward?: string;
    /** Of a sum, the half added. */
    sums?: { attention: string; feedForward: string };
  };
  headNorms?: { query: string; key: string };
}

export interface LlamaShape<Config extends LlamaConfig> extends Omit<
  Architecture<Config>,
  'anchor' | 'shapes' | 'write'
> {
  names: {
    words: string;
    segments?: string;
    /** Of the embeddings. */
    norm?: string;
    layer(layer: number): LlamaLayerNames;
    /** After the last layer. */
    finalNorm?: string;
  };
  /** `one`: squares with 1 + weight. */
  norm: 'layer' | 'squares' | 'squares from one';
}

export function llamaShaped<Config extends LlamaConfig>(shape: LlamaShape<Config>): Architecture<Config> {
  return {
    ...shape,
    ...(shape.names.finalNorm !== undefined && { lastLayer: 'normalised' as const }),
    causal: ({ attention }) => attention.some(({ window }) => window.after === 0),
    anchor: shape.names.words,
    shapes: (config) => listShapes(shape, config),
    write: (config, extent) => new LlamaWriter(shape, config, extent).write(extent),
  };
}

function listShapes<Config extends LlamaConfig>({ names }: LlamaShape<Config>, config: Config): Map<string, number[]> {
  const { hidden, heads, keyHeads, headSize, intermediate, vocabulary, types, biases } = config;
  const shapes = new Shapes();
  const linear = (name: string, outputs: number, width: number, biased: boolean): void => {
    if (biased) shapes.linear(name, outputs, width);
    else shapes.tensor(`${name}.weight`, outputs, width);
  };
  const norm = (name: string | null | undefined, width = hidden): void => {
    if (name == null) return;
    if (biases.norms) shapes.norm(name, width);
    else shapes.tensor(`${name}.weight`, width);
  };
  shapes.tensor(names.words, vocabulary, hidden);
  if (names.segments !== undefined && types > 0) shapes.tensor(names.segments, types, hidden);
  norm(names.norm);
  for (let index = 0; index < config.layers; index += 1) {
    const layer = names.layer(index);
    const { projections, gate, norms, headNorms } = layer;
    const [wide, narrow] = [heads * headSize, keyHeads * headSize];
    if ('joined' in projections) linear(projections.joined, wide + 2 * narrow, hidden, biases.projections);
    else {
      linear(projections.query, wide, hidden, biases.projections);
      for (const name of [projections.key, projections.value]) linear(name, narrow, hidden, biases.projections);
    }
    linear(layer.output, hidden, wide, biases.output);
    if ('joined' in gate) linear(gate.joined, 2 * intermediate, hidden, biases.feedForward);
    else for (const name of [gate.gate, gate.up]) linear(name, intermediate, hidden, biases.feedForward);
    linear(layer.down, hidden, intermediate, biases.feedForward);
    for (const name of [norms.beforeAttention, norms.afterAttention]) norm(name);
    for (const name of [norms.beforeFeedForward, norms.afterFeedForward]) norm(name);
    for (const name of [norms.sums?.attention, norms.sums?.feedForward]) norm(name);
    for (const name of [headNorms?.query, headNorms?.key]) norm(name, headSize);
  }
  norm(names.finalNorm);
  return shapes.all;
}

class LlamaWriter<Config extends LlamaConfig> {
  private readonly blocks: Blocks<Config>;

  constructor(
    private readonly shape: LlamaShape<Config>,
    private readonly config: Config,
    extent: Extent,
  ) {
    this.blocks = new Blocks(config, extent);
  }

  write(extent: Extent): WrittenGraph {
    const { finalNorm } = this.shape.names;
    const isNormed = finalNorm !== undefined && isToTheEnd(this.config, extent);
    const finish = isNormed ? (vectors: string) => this.normalise(vectors, finalNorm) : null;
    return writeStack(this.blocks, { ...extent, finish }, this.embed(), (step) => this.layer(step));
  }

  /** [rows, T, hidden] */
  private embed(): string {
    const { blocks, config } = this;
    const { names } = this.shape;
    const { hidden, types, vocabulary, embeddingScale } = config;
    let embedded = blocks.look(names.words, [vocabulary, hidden], blocks.input(inputs.ids));
    if (embeddingScale !== 1) embedded = this.node('Mul', embedded, blocks.graph.floats([embeddingScale]));
    if (names.segments !== undefined && types > 0) {
      const segments = blocks.look(names.segments, [types, hidden], blocks.input(inputs.typeIds(types)));
      embedded = this.node('Add', embedded, segments);
    }
    return this.normalise(embedded, names.norm ?? null);
  }

  private layer(step: LayerStep): string {
    const { config } = this;
    const { hidden, heads, headSize, biases } = config;
    const names = this.shape.names.layer(step.layer);
    const { norms } = names;
    const tokens = this.normalise(step.tokens, norms.beforeAttention);
    const asking = step.alone ? this.normalise(step.asking, norms.beforeAttention) : tokens;
    const context = this.attend(names, { ...step, tokens, asking });
    const attended = this.linear(context, names.output, [hidden, heads * headSize], biases.output);
    const sum = this.node('Add', step.asking, this.normalise(attended, norms.afterAttention ?? null));
    const halfway = this.normalise(sum, norms.sums?.attention ?? null);
    const fed = this.feedForward(this.normalise(halfway, norms.beforeFeedForward), names);
    const added = this.node('Add', halfway, this.normalise(fed, norms.afterFeedForward ?? null));
    return this.normalise(added, norms.sums?.feedForward ?? null);
  }

  private attend(names: LlamaLayerNames, { layer, tokens, asking, alone }: LayerStep): string {
    const { blocks, config } = this;
    const { heads, headSize, keyHeads, scale } = config;
    const { rotary, window } = config.attention[layer];
    const [wide, narrow] = [heads * headSize, keyHeads * headSize];
    const shape = (width: number) => blocks.input(inputs.batchShape(width));
    const project = (input: string, part: 'query' | 'key' | 'value', into: string): string =>
      this.node('Reshape', this.projection(input, names, part), into);
    const query = project(asking, 'query', alone ? blocks.graph.integers([-1, 1, wide]) : shape(wide));
    const key = project(tokens, 'key', shape(narrow));
    const value = project(tokens, 'value', shape(narrow));
    const { headNorms } = names;
    const turnedQuery = this.turn(this.normaliseHeads(query, headNorms?.query, wide, alone), rotary, alone);
    const turnedKey = this.turn(this.normaliseHeads(key, headNorms?.key, narrow, false), rotary, false);
    const mask = blocks.input(windowMask(window, alone));
    const [keys, values] = [turnedKey, value].map((one) => this.shareHeads(one));
    return blocks.attend(turnedQuery, keys, values, '', mask, { width: wide, ...(scale !== null && { scale }) });
  }

  /** [vectors, width of the part] */
  private projection(input: string, { projections }: LlamaLayerNames, part: 'query' | 'key' | 'value'): string {
    const { hidden, heads, headSize, keyHeads, biases } = this.config;
    const [wide, narrow] = [heads * headSize, keyHeads * headSize];
    if (!('joined' in projections)) {
      const width = part === 'query' ? wide : narrow;
      return this.linear(input, projections[part], [width, hidden], biases.projections);
    }
    const { joined } = projections;
    const all = this.blocks.graph.once(`${joined} of ${input}`, () =>
      this.linear(input, joined, [wide + 2 * narrow, hidden], biases.projections),
    );
    const start = { query: 0, key: wide, value: wide + narrow }[part];
    return this.columns(all, start, start + (part === 'query' ? wide : narrow));
  }

  private feedForward(input: string, { gate, down }: LlamaLayerNames): string {
    const { hidden, intermediate, biases } = this.config;
    const [gated, up] = 'joined' in gate ? this.halves(input, gate.joined) : this.both(input, gate);
    const wide = this.node('Mul', this.blocks.activate(gated, ''), up);
    return this.linear(wide, down, [hidden, intermediate], biases.feedForward);
  }

  private both(input: string, { gate, up }: { gate: string; up: string }): [string, string] {
    const { hidden, intermediate, biases } = this.config;
    const [gated, raised] = [gate, up].map((name) =>
      this.linear(input, name, [intermediate, hidden], biases.feedForward),
    );
    return [gated, raised];
  }

  private halves(input: string, name: string): [string, string] {
    const { hidden, intermediate, biases } = this.config;
    const all = this.linear(input, name, [2 * intermediate, hidden], biases.feedForward);
    return [this.columns(all, 0, intermediate), this.columns(all, intermediate, 2 * intermediate)];
  }

  /** Every head by itself. @param input [rows, tokens, width] */
  private normaliseHeads(input: string, name: string | undefined, width: number, alone: boolean): string {
    if (name === undefined) return input;
    const { headSize } = this.config;
    const { graph } = this.blocks;
    const byHead = this.node('Reshape', input, graph.integers([-1, headSize]));
    const normalised = this.normalise(byHead, name, headSize);
    const back = alone ? graph.integers([-1, 1, width]) : this.blocks.input(inputs.batchShape(width));
    return this.node('Reshape', normalised, back);
  }

  private turn(input: string, rotary: Rotary, alone: boolean): string {
    const { blocks } = this;
    const { cosines, sines } = rotaryTables(rotary);
    const tables = [blocks.input(cosines), blocks.input(sines)];
    return blocks.graph.fused('RotaryEmbedding', [input, blocks.input(alone ? pooledPlaces : places), ...tables]);
  }

  /** A head of keys or values for each head of queries. */
  private shareHeads(input: string): string {
    const { heads, headSize, keyHeads } = this.config;
    if (keyHeads === heads) return input;
    const { graph } = this.blocks;
    const apart = this.node('Reshape', input, graph.integers([-1, keyHeads, 1, headSize]));
    const shared = this.node('Expand', apart, graph.integers([1, 1, heads / keyHeads, 1]));
    return this.node('Reshape', shared, this.blocks.input(inputs.batchShape(heads * headSize)));
  }

  private normalise(input: string, name: string | null, width = this.config.hidden): string {
    if (name === null) return input;
    const { blocks } = this;
    if (this.shape.norm === 'layer') return blocks.normaliseAlone(input, name, width, this.config.biases.norms);
    const weight = blocks.graph.weight(`${name}.weight`, [width]);
    const scale = this.shape.norm === 'squares' ? weight : this.node('Add', weight, blocks.graph.floats([1]));
    return blocks.normaliseSquares(input, scale);
  }

  private linear(input: string, name: string, [outputs, width]: [number, number], biased: boolean): string {
    const product = this.blocks.linear(input, name, outputs, width);
    return biased ? this.node('Add', product, this.blocks.bias(name, outputs)) : product;
  }

  private columns(input: string, from: number, to: number): string {
    const { graph } = this.blocks;
    return graph.node('Slice', [input, ...[from, to, 1].map((one) => graph.integers([one]))]);
  }

  private node(op: string, ...values: string[]): string {
    return this.blocks.graph.node(op, values);
  }
}
