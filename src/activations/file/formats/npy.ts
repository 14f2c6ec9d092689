/** numpy's `.npy`: the numbers alone, [rows, layers, hidden]. */
import { openNpy } from '../../../format/activation-arrays.ts';
import { npyHeader, npyMagic } from '../../../format/npy.ts';
import type { ActivationCodec } from '../codec.ts';
import { blobsOf } from '../sentences.ts';

export const npy: ActivationCodec = {
  sniff: ({ begins }) => begins(npyMagic),
  open: (file, { layers }) => openNpy(file, layers),
  async write({ activations }, control) {
    const { rows, layers, hidden } = activations;
    return new Blob([npyHeader('<f4', [rows, layers, hidden]), ...(await blobsOf(activations, control))]);
  },
};
