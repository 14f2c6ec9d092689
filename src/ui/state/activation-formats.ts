/** What formats of activations are called, how large a file of them is, and whether its numbers are all it holds. */
import { formatEndings, type Inspection, type Role, type WritableFormat } from '../../session/contract.ts';

export const formatTitles: Readonly<Record<WritableFormat, string>> = {
  safetensors: 'safetensors',
  npy: '.npy',
  npz: '.npz',
  'neurox-hdf5': 'HDF5 of NeuroX',
  'neurox-json': 'JSON lines of NeuroX',
};

/** "HDF5 of NeuroX (.hdf5)"; a title that is its own ending stays alone. */
export function formatChoice(format: WritableFormat): string {
  const [title, ending] = [formatTitles[format], formatEndings[format]];
  return ending.endsWith(title) ? title : `${title} (${ending})`;
}

/** Rows (or words), layers and neurons of what would be saved; null where reading to the end would tell. */
export function savedShape(
  { model, activations, data }: Inspection,
  role: Role,
  rows: number | null,
): { rows: number; layers: number; hidden: number } | null {
  const file = data?.files.find((one) => one.role === role);
  if (!file || (rows !== null && file.words !== null)) return null;
  const count = file.words ?? Math.min(file.rows, rows ?? Infinity);
  if (activations) return { rows: count, layers: activations.layers, hidden: activations.hidden };
  return model && { rows: count, layers: model.layers + 1, hidden: model.hidden };
}
