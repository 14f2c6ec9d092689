/** A weight file of any format → where its tensors lie; told from its first bytes and not from its name. */
import { nameOf, readSlice } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { readSafetensorsHeader, type TensorInfo } from '../format/safetensors.ts';
import { readTorchCheckpoint } from '../format/torch-checkpoint.ts';

export interface WeightFile {
  format: 'safetensors' | 'PyTorch checkpoint';
  tensors: Map<string, TensorInfo>;
  /** Tensors that are there but cannot be read in place: name → how the sentence about it ends. */
  scattered: Map<string, string>;
}

/** @throws WinnowError `bad-file` for a broken file or one of another format, `unreadable-file` when it vanished. */
export async function readWeightFile(file: File): Promise<WeightFile> {
  const checkpoint = await readTorchCheckpoint(file);
  if (checkpoint) return { format: 'PyTorch checkpoint', ...checkpoint };
  if (!/\.safetensors$/i.test(file.name) && !(await promisesSafetensors(file))) {
    const message = `${nameOf(file)} is neither a safetensors file nor a PyTorch checkpoint.`;
    throw new WinnowError('bad-file', message, 'Check that it is the file its name says, or copy it again.');
  }
  const { tensors } = await readSafetensorsHeader(file);
  return { format: 'safetensors', tensors, scattered: new Map() };
}

/** A JSON header after 8 bytes, or the pointer that Git LFS leaves in place of a file. */
async function promisesSafetensors(file: File): Promise<boolean> {
  const text = String.fromCharCode(...(await readSlice(file, 0, Math.min(9, file.size))));
  return text[8] === '{' || text.startsWith('version ');
}
