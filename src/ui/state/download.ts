/** Hands a made file to the browser's downloads. */
import type { SavedFile } from '../../exports/export.ts';

/** The downloads read the address after this turn; a minute is far more than they need. */
const keptMs = 60_000;

/** @returns its size in bytes. @throws whatever its making does. */
export async function download({ fileName, type, content }: SavedFile): Promise<number> {
  const blob = new Blob([await content()], { type });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), keptMs);
  return blob.size;
}
