/**
 * What transformers puts behind an encoder for a task: how its classes are called, where the tensors of their heads lie
 * and what a head computes. Each architecture says it in its own module.
 */
import type { ConfigFields, ModelSizes } from './config-fields.ts';

export type HeadActivation = 'tanh' | 'relu' | 'gelu' | 'none';

/** What answers for a token: output · norm(activation(dense · x)), x its vector in the last layer. */
export interface TaskHead {
  /** null: there is no such map, nor an activation. `inside`: among the encoder's tensors, under a canonical name. */
  dense: { name: string; inside: boolean } | null;
  activation: HeadActivation;
  /** A layer normalisation; absent where there is none. */
  norm?: string;
  output: string;
  /** Names of those that have no bias. */
  unbiased?: readonly string[];
}

export interface TaskHeads {
  /** Of class names: `Bert` of `BertForSequenceClassification` and of `BertTokenizer`. */
  stem: string;
  /** What stands before the encoder's tensors in a task model. */
  prefix: string;
  /** Of every token, in labelling. */
  labelling: TaskHead;
  /** Of a sentence's token, as the class has it with `fields` in its config; null: of none that the encoder has. */
  sentence: TaskHead | null;
  fields?: Readonly<Record<string, unknown>>;
  /** The head that a config describes, where configs differ; null: of another token than the encoder's own. */
  described?(config: ConfigFields): TaskHead | null;
  /**
   * The config of the first layers alone, and what config.json says of them beside their number, where that is not all
   * that changes; null where the class has no such encoder.
   */
  cut?(config: ModelSizes, layers: number): { config: ModelSizes; fields: Record<string, unknown> } | null;
  /** Tensors of the encoder that the class has and no hidden state depends on: canonical name → shape. */
  further?(config: ModelSizes): Map<string, number[]>;
}

/** BERT's: the pooler is part of the encoder. */
export const pooledHead: TaskHead = {
  dense: { name: 'pooler.dense', inside: true },
  activation: 'tanh',
  output: 'classifier',
};

/** RoBERTa's: both maps are the head's. */
export const ownHead: TaskHead = {
  dense: { name: 'classifier.dense', inside: false },
  activation: 'tanh',
  output: 'classifier.out_proj',
};

export function taskHeads(stem: string, prefix: string, sentence: TaskHead | null): TaskHeads {
  return { stem, prefix, labelling: linearHead('classifier'), sentence };
}

export function linearHead(output: string): TaskHead {
  return { dense: null, activation: 'none', output };
}
