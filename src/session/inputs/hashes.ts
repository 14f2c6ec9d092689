/** SHA-256 of dropped files, of each and of several as one. */
import type { Progress } from '../../base/abort.ts';
import { sha256 } from '../../base/hash.ts';
import { sha256Text } from '../../base/text-hash.ts';
import type { DroppedFile } from '../contract.ts';

/** Hashes of all files by path; progress is in bytes over all of them. */
export async function hashAll(files: readonly DroppedFile[], progress: Progress): Promise<Map<string, string>> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const hashes = new Map<string, string>();
  let before = 0;
  for (const { path, file } of files) {
    const start = before;
    hashes.set(path, await sha256(file, { progress: (done) => progress(start + done, total) }));
    before += file.size;
  }
  return hashes;
}

/** Of the weights as run files have it: of one file its own, of several that of their hashes. */
export async function hashOfAll(hashes: readonly string[]): Promise<string> {
  return hashes.length === 1 ? hashes[0] : sha256Text(hashes.join(''));
}
