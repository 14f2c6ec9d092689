/** The formats that activations are written in, apart from what writes them: the page lists them before any is needed. */

export const writableFormats = ['safetensors', 'npy', 'npz', 'neurox-hdf5', 'neurox-json'] as const;
export type WritableFormat = (typeof writableFormats)[number];

/** How each format's files end. */
export const formatEndings: Readonly<Record<WritableFormat, string>> = {
  safetensors: '.safetensors',
  npy: '.npy',
  npz: '.npz',
  'neurox-hdf5': '.hdf5',
  'neurox-json': '.json',
};
