/**
 * Writes a file to the place that the user chooses: by the File System Access API, which puts it there when it is whole,
 * or, in browsers without it, by the downloads. Whatever goes wrong, nothing half-written stays under the file's name, and
 * the error says what to do. Chrome's dialog itself empties a file that is chosen to be replaced: then the error says so.
 */
import { fileSave, supported } from 'browser-fs-access';
import type { Control } from '../../base/abort.ts';
import { isAbort, WinnowError } from '../../base/errors.ts';
import { byteSize } from '../../report/format.ts';

export interface MadeFile {
  blob: Blob;
  /** Proposed to the user; its ending is what the dialog asks for. */
  name: string;
}

export type Saved =
  | { name: 'written'; fileName: string }
  /** Handed to the downloads, which have their own place and their own errors. */
  | { name: 'downloaded' }
  /** The dialog was closed. */
  | { name: 'dismissed' };

/** Chrome has it, the types of TypeScript do not yet. */
type Removable = FileSystemFileHandle & { remove?: () => Promise<void> };

/** Whether the browser would open its dialog now: it does so only shortly after a click or a key. */
export function mayAsk(): boolean {
  return !supported || navigator.userActivation.isActive;
}

/**
 * Progress is in bytes.
 * @throws WinnowError `unwritable-file`; DOMException AbortError when the signal stopped it.
 */
export async function saveFile({ blob, name }: MadeFile, { signal, progress }: Control = {}): Promise<Saved> {
  const extension = name.slice(name.lastIndexOf('.'));
  const options = { fileName: name, extensions: [extension], mimeTypes: ['application/octet-stream'] };
  if (!supported) {
    await fileSave(blob, options);
    return { name: 'downloaded' };
  }
  // A Response rather than the Blob itself: its stream can be counted and stopped.
  const source: Source = { fault: null };
  const body = new Response(bytesOf(blob, source, { signal, progress }));
  let handle: Removable | null = null;
  try {
    await fileSave(body, options, null, false, (chosen) => {
      handle = chosen;
    });
    return { name: 'written', fileName: (handle as Removable | null)?.name ?? name };
  } catch (cause) {
    if (handle === null) {
      if (isAbort(cause)) return { name: 'dismissed' };
      throw unsaved(name, blob.size, cause);
    }
    const removed = await removeEmpty(handle);
    if (signal?.aborted) throw signal.reason;
    throw source.fault === null ? unsaved(name, blob.size, cause, removed) : lost(name, source.fault);
  }
}

interface Source {
  /** Why the bytes themselves could not be read. */
  fault: unknown;
}

function bytesOf(blob: Blob, source: Source, { signal, progress }: Control): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = blob.stream().getReader();
  let done = 0;
  let cancelled = false;
  return new ReadableStream({
    start: (controller) => signal?.addEventListener('abort', () => controller.error(signal.reason)),
    async pull(controller) {
      const piece = await reader.read().catch((error: unknown) => {
        source.fault = error;
        throw error;
      });
      // Whoever writes may have failed while this was being read.
      if (cancelled || signal?.aborted) return;
      if (piece.done) return controller.close();
      controller.enqueue(piece.value);
      progress?.((done += piece.value.length), blob.size);
    },
    cancel(reason) {
      cancelled = true;
      return reader.cancel(reason);
    },
  });
}

/**
 * The dialog makes the file, empty, before a byte of it is written, and empties one that was there (File System Access,
 * "show save file picker"): whether it was there is not told.
 * @returns whether it was found empty
 */
async function removeEmpty(handle: Removable): Promise<boolean> {
  try {
    if ((await handle.getFile()).size > 0) return false;
    await handle.remove?.();
    return true;
  } catch {
    return false; // gone already, or not ours to remove: what went wrong before is what the user reads
  }
}

/** @param emptied it was to replace a file, which is gone. */
export function unsaved(name: string, sizeBytes: number, cause: unknown, emptied = false): WinnowError {
  const [why, next] = reasonOf(cause, sizeBytes);
  const former = emptied
    ? ' A file that it was to replace is gone: the dialog of Chrome empties it when it is chosen.'
    : '';
  return new WinnowError('unwritable-file', `\`${name}\` was not saved: ${why}.${former}`, next, cause);
}

function reasonOf(cause: unknown, sizeBytes: number): [why: string, next: string] {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  switch (name) {
    case 'QuotaExceededError':
      return [
        `the disk has no room for its ${byteSize(sizeBytes)}`,
        'Make room or choose another disk and save again.',
      ];
    case 'NotAllowedError':
    case 'SecurityError':
      return ['the browser was not allowed to write there', 'Save again and allow it, or choose another folder.'];
    case 'NoModificationAllowedError':
      return ['another program or tab is using that file', 'Close it there, or choose another name.'];
    case 'NotFoundError':
      return ['its folder is no longer there', 'Choose another folder.'];
    default:
      return [`the browser stopped writing (${message.replace(/\.$/, '')})`, 'Save again, or choose another folder.'];
  }
}

function lost(name: string, cause: unknown): WinnowError {
  const message = `\`${name}\` was not saved: the browser could not keep the file that it had made.`;
  const next = 'Make room on the disk of the browser’s profile and start again: what was extracted is kept.';
  return new WinnowError('out-of-memory', message, next, cause);
}
