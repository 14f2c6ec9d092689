/** From a drop, a picker or an input to files with paths. */
import { directoryOpen } from 'browser-fs-access';
import { fromEvent } from 'file-selector';
import type { DroppedFile } from '../../session/contract.ts';

/** The files of a drop (folders walked through) or of a file input. */
export async function filesOf(event: Event): Promise<DroppedFile[]> {
  const found = await fromEvent(event);
  return found.flatMap((file) => (file instanceof File ? [{ path: cleanPath(file.path), file }] : []));
}

/** Asks for a folder; null when the user closed the dialog. */
export async function chooseFolder(): Promise<DroppedFile[] | null> {
  try {
    const found = await directoryOpen({ recursive: true });
    return found.flatMap((file) =>
      file instanceof File ? [{ path: cleanPath(file.webkitRelativePath || file.name), file }] : [],
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

function cleanPath(path: string): string {
  return path.replace(/^\.?\//, '');
}
