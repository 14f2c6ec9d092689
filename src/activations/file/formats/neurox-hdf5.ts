/** HDF5 in NeuroX's layout, built in memory when written. */
import { hdf5Signature } from '../../../format/hdf5.ts';
import { openNeuroxHdf5, writeNeuroxHdf5 } from '../../../format/neurox-hdf5.ts';
import type { ActivationCodec } from '../codec.ts';
import { sentencesOf } from '../sentences.ts';

export const neuroxHdf5: ActivationCodec = {
  sniff: ({ begins }) => begins(hdf5Signature),
  open: (file, { openHdf5 }) => openNeuroxHdf5(file, openHdf5),
  write: (set, control) => writeNeuroxHdf5(sentencesOf(set, control), set.activations),
};
