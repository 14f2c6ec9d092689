/** A tensor, or a list of one a sentence, as `torch.save` wrote it. */
import { WinnowError } from '../../../base/errors.ts';
import { holdsTorchActivations, openTorchActivations } from '../../../format/torch-activations.ts';
import type { ActivationCodec } from '../codec.ts';

const zipMagic = new TextEncoder().encode('PK\x03\x04');

export const torch: ActivationCodec = {
  async sniff({ begins, file, name }) {
    // Tensors may be called anything; what else is a zip archive is known by its name.
    if (!(begins(zipMagic) && !/\.(npz|zip|xlsx)$/i.test(name)) && !begins([0x80])) return false;
    try {
      return await holdsTorchActivations(file);
    } catch (error) {
      if (error instanceof WinnowError) return false; // a model's checkpoint, or none: whoever reads it next says so
      throw error;
    }
  },
  open: (file, { layers }) => openTorchActivations(file, layers),
};
