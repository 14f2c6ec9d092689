/** What a reduced model is made of beside the encoder: its linear head and the files that it becomes. */
import { baseName } from '../base/source-file.ts';

/** A linear probe folded for raw activations: logits = weight · x + bias, x the kept neurons. */
export interface LinearHead {
  /** Model neurons, layer × hidden + index, in the order of the weight's columns. Layer 0: embeddings. */
  neurons: Int32Array;
  /** [outputs, neurons] */
  weight: Float32Array;
  /** [outputs] */
  bias: Float32Array;
}

export type ReducedDtype = 'float32' | 'float16' | 'int8';

/** A file to be written: path inside the folder and its bytes. */
export interface FolderFile {
  path: string;
  blob: Blob;
}

/** Under the last part of its path, by which a graph names the file of its weights. */
export function fileOf({ path, blob }: FolderFile): File {
  return new File([blob], baseName(path));
}
