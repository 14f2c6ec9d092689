/** What the page shows about a recognised model: plain values that survive a structured clone. */

export interface ModelCard {
  /** Folder name, or the weight file's name without its ending. */
  name: string;
  architecture: string;
  /** Transformer layers; the embeddings are one more. */
  layers: number;
  hidden: number;
  heads: number;
  parameters: number;
  /** The longest input in tokens. */
  maxLength: number;
  /** e.g. "safetensors, F32", "PyTorch checkpoint, F16, 2 files" or "ONNX export, F32". */
  weightFormat: string;
  weightFiles: string[];
  bytes: number;
  /** Where the hidden states of an export were found; null where Winnow writes the graph. */
  hiddenStates: 'outputs' | 'layer normalisations' | null;
  /** Name of the fine-tuned head found in the weights, null when there is none. */
  head: string | null;
  /** Which of several encoders in the weights; null where there is one. */
  encoder: string | null;
  /** Path of the file whose low-rank adapter is merged; null where there is none. */
  adapter: string | null;
  /** The token that stands for a sentence; null while there is no tokenizer. */
  pooling: 'first' | 'last' | null;
  /** Whether the last layer's vectors are normalised and those of the others are not; null where all are of one kind. */
  lastLayer: 'normalised' | null;
}

/** Weight files by path: those that a user can choose between, and the one that is used, null where there is none. */
export interface WeightChoice {
  choices: string[];
  used: string | null;
  /** Names of the encoders in them, where there are several. */
  encoders: string[];
}
