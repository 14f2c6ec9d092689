/**
 * The formats of activation files, apart from what reads and writes them (`codecs.ts`): the page and the command line list
 * them before any is needed.
 */

interface FormatFacts {
  title: string;
  /** What names of such files end in; files that are written get the first. */
  endings: readonly [string, ...string[]];
  /** What to know before one is written; '' where there is nothing. */
  remark: string;
}

const formats = {
  safetensors: { title: 'safetensors', endings: ['.safetensors'], remark: '' },
  npy: {
    title: '.npy',
    endings: ['.npy'],
    remark: 'This format holds the numbers alone, not which words they are of.',
  },
  npz: { title: '.npz', endings: ['.npz'], remark: '' },
  'neurox-hdf5': {
    title: 'HDF5 of NeuroX',
    endings: ['.hdf5', '.h5'],
    remark: 'This format is built in memory: some 2 GB are the limit.',
  },
  'neurox-json': {
    title: 'JSON lines of NeuroX',
    endings: ['.json', '.jsonl'],
    remark: 'As text it is about three times as large.',
  },
  torch: { title: 'PyTorch tensors', endings: ['.pt', '.pth'], remark: '' },
} satisfies Record<string, FormatFacts>;

export type ActivationFormat = keyof typeof formats;

export const activationFormats: Readonly<Record<ActivationFormat, FormatFacts>> = formats;

/** Those that are written, too. */
export const formatNames = (Object.keys(formats) as ActivationFormat[]).filter((format) => format !== 'torch');

/** The format of a file to be written, by the ending of its name; null: no format has it. */
export function formatOfName(name: string): ActivationFormat | null {
  const known = name.toLowerCase();
  return formatNames.find((format) => activationFormats[format].endings.some((end) => known.endsWith(end))) ?? null;
}
