/**
 * `winnow.sha256`: what files a result in a folder consists of, in the format of sha256sum(1). It tells a result's own
 * files, unchanged, from a user's: only the former are removed when a result is replaced.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checksumLine, parseChecksums, type Checksums } from '../src/base/checksums.ts';

export const checksumsName = 'winnow.sha256';
/** Of a smaller model's folder. */
export const modelList = 'winnow-model.sha256';

/** Its text. */
export async function checksumsOf(folder: string, names: readonly string[]): Promise<string> {
  const lines = await Promise.all(names.map(async (name) => checksumLine(name, await hashOf(join(folder, name)))));
  return lines.join('');
}

/**
 * Empty where there is none.
 * @param list its name
 * @param inner folders in it that may be named
 */
export async function readChecksums(folder: string, list: string, inner: readonly string[]): Promise<Checksums> {
  const text = await readFile(join(folder, list), 'utf8').catch(() => '');
  const isOwn = ([first, ...more]: string[]): boolean =>
    more.length === 0 || (more.length === 1 && inner.includes(first));
  return new Map([...parseChecksums(text)].filter(([name]) => isOwn(name.split('/'))));
}

/** Whether a file in the folder is still what its earlier result wrote. */
export async function isListed(folder: string, name: string, checksums: Checksums): Promise<boolean> {
  const hash = checksums.get(name);
  return hash !== undefined && (await hasHash(join(folder, name), hash));
}

/** False of what is no plain file, and of a link to one. */
export async function hasHash(path: string, sha256: string): Promise<boolean> {
  const isFile = await lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFile && (await hashOf(path)) === sha256;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
