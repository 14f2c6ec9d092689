/** What a file of activations to be saved is called in a choice of formats, and how large it is. */
import { activationFormats, type ActivationFormat, type Inspection, type Role } from '../../session/contract.ts';

/** "HDF5 of NeuroX (.hdf5)"; a title that is its own ending stays alone. */
export function formatChoice(format: ActivationFormat): string {
  const { title, endings } = activationFormats[format];
  const [ending] = endings;
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
