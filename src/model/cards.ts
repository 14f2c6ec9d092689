/** What the page shows about a recognised model and its tokenizer: plain values that survive a structured clone. */

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
  /** e.g. "safetensors, F32" or "PyTorch checkpoint, F16, 2 files". */
  weightFormat: string;
  weightFiles: string[];
  bytes: number;
  /** Name of the fine-tuned head found in the weights, null when there is none. */
  head: string | null;
}

export interface TokenizerCard {
  path: string;
  /** e.g. "WordPiece". */
  kind: string;
  vocabulary: number;
}
