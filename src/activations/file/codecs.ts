/** What reads and writes each format of activation files. */
import type { ActivationCodec } from './codec.ts';
import type { ActivationFormat } from './formats.ts';
import { neuroxHdf5 } from './formats/neurox-hdf5.ts';
import { neuroxJson } from './formats/neurox-json.ts';
import { npy } from './formats/npy.ts';
import { npz } from './formats/npz.ts';
import { torch } from './formats/torch.ts';
import { safetensors } from './formats/safetensors.ts';

export const activationCodecs: Readonly<Record<ActivationFormat, ActivationCodec>> = {
  'neurox-hdf5': neuroxHdf5,
  npy,
  npz,
  safetensors,
  'neurox-json': neuroxJson,
  torch,
};
