/** Mistral (Jiang et al. 2023): Llama whose tokens may see only so many before them. */
import { llamaShaped } from '../graph/llama-shaped.ts';
import { onlyEarlier } from '../graph/windows.ts';
import { decoderHeads, llamaShape, readLlama } from './llama.ts';

export const mistral = llamaShaped({
  ...llamaShape,
  types: ['mistral'],
  heads: decoderHeads('Mistral'),
  read(fields) {
    // Where the field is null, as of its later releases, all of them are seen.
    const slides = fields.raw('sliding_window') !== null;
    const before = slides ? fields.count('sliding_window', 2 ** 31 - 1, 4096) - 1 : Infinity;
    return readLlama(fields, { epsilon: 1e-6, window: { ...onlyEarlier, before } });
  },
});
