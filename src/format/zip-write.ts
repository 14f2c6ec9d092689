/**
 * A zip archive of files as they are (stored, not compressed: weights do not shrink), streamed: no file is held in memory.
 * Archives and files beyond 4 GB are written as ZIP64.
 */
import { BlobReader, ZipWriter } from '@zip.js/zip.js';
import { WinnowError } from '../base/errors.ts';

export interface ZippedFile {
  path: string;
  blob: Blob;
}

/**
 * The archive's bytes as they are made; reading on makes them, cancelling ends it.
 * @param created stands at every entry
 * @throws WinnowError `bad-option` for a path that leads out of the archive or comes twice.
 */
export function zipStream(files: readonly ZippedFile[], created: Date): ReadableStream<Uint8Array> {
  checkPaths(files);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = new ZipWriter(writable, { level: 0, useWebWorkers: false, lastModDate: created });
  const write = async (): Promise<void> => {
    for (const { path, blob } of files) await writer.add(path, new BlobReader(blob));
    await writer.close();
  };
  write().catch(async (cause: unknown) => {
    // Whoever reads is told; one that cancelled knows.
    await writable.abort(cause).catch(() => undefined);
  });
  return readable;
}

/** The whole archive. @throws WinnowError as `zipStream`, `unreadable-file` when a file vanished. */
export async function zipBlob(files: readonly ZippedFile[], created: Date): Promise<Blob> {
  try {
    const bytes = await new Response(zipStream(files, created)).blob();
    return new Blob([bytes], { type: 'application/zip' });
  } catch (cause) {
    if (cause instanceof WinnowError) throw cause;
    const message = `The archive could not be made: ${(cause as Error).message}.`;
    throw new WinnowError('unreadable-file', message, 'Check that the model’s files still lie where they were.', cause);
  }
}

function checkPaths(files: readonly ZippedFile[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..') || path.includes('\\')) {
      const message = `\`${path}\` is no path inside an archive.`;
      throw new WinnowError('bad-option', message, 'Choose a name without slashes and dots at its ends.');
    }
    if (seen.has(path)) {
      throw new WinnowError('bad-option', `\`${path}\` comes twice in the archive.`, 'Choose another name.');
    }
    seen.add(path);
  }
}
