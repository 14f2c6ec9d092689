/** From a drop, a picker or an input to files with paths. */
import { directoryOpen } from 'browser-fs-access';
import { fromEvent } from 'file-selector';
import { isAbort } from '../../base/errors.ts';
import type { DroppedFile } from '../../session/contract.ts';

/** The files of a drop (folders walked through) or of a file input. */
export async function filesIn(event: Event): Promise<DroppedFile[]> {
  const files = await fromEvent(event);
  return files.flatMap((file) => (file instanceof File ? [{ path: cleanPath(file.path), file }] : []));
}

/** Asks for a folder; null when the user closed the dialog. */
export async function chooseFolder(): Promise<DroppedFile[] | null> {
  try {
    const files = await directoryOpen({ recursive: true });
    return files.flatMap((file) =>
      file instanceof File ? [{ path: cleanPath(file.webkitRelativePath || file.name), file }] : [],
    );
  } catch (error) {
    if (isAbort(error)) return null;
    throw error;
  }
}

function cleanPath(path: string): string {
  return path.replace(/^\.?\//, '');
}
