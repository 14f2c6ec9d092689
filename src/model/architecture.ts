/**
 * What an architecture gives: the config it reads, the tensors it needs, the graph that computes with them, what its
 * sentences and its tokenizer are like. One module each, in `architectures/`; nothing else knows one by name.
 */
import type { TokenizerConvention } from '../tokenizer/conventions.ts';
import type { GraphInput } from './batch.ts';
import type { ConfigFields, ModelSizes } from './config-fields.ts';
import type { ReadToken } from './graph/standard-inputs.ts';
import type { GraphBuilder, WeightStorage } from './graph/writer.ts';
import type { TaskHeads } from './heads.ts';

export interface WrittenGraph {
  /** A serialized ONNX ModelProto can be made of it; its weights are named by canonical tensor names. */
  graph: GraphBuilder;
  /** The inputs that must be fed, by name. */
  inputs: ReadonlyMap<string, GraphInput>;
}

/**
 * What is wanted of each row: exactly one token, so that the last layer asks for that alone, any number of tokens,
 * gathered after a whole last layer, or the mean of all of them.
 */
export type PerRow = 'one' | 'many' | 'mean';

/** Transformer layers that follow one another: layers first + 1 to first + length, as hidden states are numbered. */
export interface LayerBlock {
  first: number;
  length: number;
}

export interface Extent {
  /** Transformer layers to write, 0 … all that are not left out; the output then has one more, the embeddings. */
  layers: number;
  /** Left out: those above go on from what the layer below gives, each of its own kind. Absent: none. */
  without?: LayerBlock;
  /** The last layer alone leaves the graph. */
  lastAlone?: boolean;
  perRow: PerRow;
  /** Of a file for other programs: what it answers with instead of the pooled tokens. */
  readout?: Readout;
}

/** A linear head over some neurons; the graph's inputs are then those that other programs give. */
export interface Readout {
  token: ReadToken;
  /** By layer, in the order of the head's columns; layer 0 is the embeddings. */
  neurons: readonly { layer: number; indices: readonly number[] }[];
  outputs: number;
  storage: WeightStorage;
}

/** Whether the model is written to its end, where those that normalise before each block normalise once more. */
export function isToTheEnd({ layers: all }: Pick<ModelSizes, 'layers'>, { layers, without }: Extent): boolean {
  return layers + (without?.length ?? 0) === all;
}

/** float32 [outputs, neurons] and [outputs], among the weights of a graph with a readout. */
export const headWeights = { weight: 'winnow.head.weight', bias: 'winnow.head.bias' };

/** [rows, outputs], or [rows, T, outputs] where all tokens are read. */
export const logitsName = 'logits';

/** [P, (layers + 1) × hidden], or × 1 of the last layer alone; P the number of pooled tokens, or of rows where their means are wanted */
export const outputName = 'pooled';

/** What is known of a model beside its files, with a graph that Winnow writes or one that was exported. */
export interface ModelTypeFacts extends TokenizerConvention {
  /** The `model_type`s of config.json that it is true of. */
  types: readonly string[];
  /** The number of a row's first position, where an export asks for positions; 0 where it is not said. */
  firstPosition?(padding: number): number;
  /** The width of the feed-forward half, where config.json has no field for it. */
  intermediate?(hidden: number): number;
  /** A token knows only those before it. */
  decoder?: boolean;
}

/** @typeParam Config what `read` gives; the other functions take it from the same architecture only */
export interface Architecture<Config extends ModelSizes = ModelSizes> extends ModelTypeFacts {
  pooling: 'first' | 'last';
  /** Whether a token knows only those before it, so that the last one stands for a text; never where it is not said. */
  causal?(config: Config): boolean;
  /** What the vectors after the last layer are, where the others are not normalised (protocols §11). */
  lastLayer?: 'normalised';
  /** The canonical name of the word embeddings: what stands before it in a file stands before every tensor. */
  anchor: string;
  /**
   * What stands otherwise in the names of some files, in the order of replacing. Of a tensor that `joined` knows each part
   * has a name, with its place behind it: `Wqkv.weight (1 of 3)`.
   */
  otherNames?: readonly (readonly [RegExp, string])[];
  /** Which tensors hold the rows of several, one's after the other's, equally many. */
  joined?: { name: RegExp; parts: number };
  /** Tensors, or parts, that transformers saves with the encoder and no hidden state depends on; `*` is any layer. */
  idle?: readonly string[];
  /** What transformers' task models have behind the encoder. */
  heads: TaskHeads;
  /** @throws WinnowError `bad-model` naming the field that is missing, wrong, or asks for other arithmetic. */
  read(fields: ConfigFields): Config;
  /** Canonical tensor name → shape, of every tensor that the whole model needs. */
  shapes(config: Config): Map<string, number[]>;
  write(config: Config, extent: Extent): WrittenGraph;
}
