/** safetensors with a tensor `activations`, and `lengths` and `words` of the sentences. */
import { openActivationTensors } from '../../../format/activation-arrays.ts';
import { writeSafetensors, type TensorToWrite } from '../../../format/safetensors.ts';
import type { ActivationCodec } from '../codec.ts';
import { blobsOf, wordBytes } from '../sentences.ts';

export const safetensors: ActivationCodec = {
  // Weights of a model have no such tensor.
  sniff: ({ bytes, text }) => bytes[8] === '{'.charCodeAt(0) && text.includes('"activations"'),
  open: (file, { layers }) => openActivationTensors(file, layers),
  async write({ activations, lengths, words }, control) {
    const { rows, layers, hidden } = activations;
    const parts = await blobsOf(activations, control);
    const tensors: TensorToWrite[] = [{ name: 'activations', dtype: 'F32', shape: [rows, layers, hidden], parts }];
    if (lengths) tensors.push({ name: 'lengths', dtype: 'I32', shape: [lengths.length], parts: [lengths] });
    const bytes = words === null ? null : wordBytes(words);
    if (bytes) tensors.push({ name: 'words', dtype: 'U8', shape: [bytes.length], parts: [bytes] });
    return writeSafetensors(tensors);
  },
};
