/**
 * `winnow.sha256`: what files a result in a folder consists of, in the format of sha256sum(1). It tells a result's own
 * files, unchanged, from a user's: only the former are removed when a result is replaced.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export const checksumsName = 'winnow.sha256';
/** Of a smaller model's folder. */
export const modelList = 'winnow-model.sha256';

/** SHA-256 by name. */
export type Checksums = ReadonlyMap<string, string>;

/** Its text. */
export async function checksumsOf(folder: string, names: readonly string[]): Promise<string> {
  const lines = await Promise.all(names.map(async (name) => `${await hashOf(join(folder, name))}  ${name}\n`));
  return lines.join('');
}

/**
 * Empty where there is none. A line that is none of ours counts for nothing; names never lead out of the folder.
 * @param list its name
 * @param inner folders in it that may be named; null: any, however deep
 */
export async function readChecksums(folder: string, list: string, inner: readonly string[] | null): Promise<Checksums> {
  const text = await readFile(join(folder, list), 'utf8').catch(() => '');
  const isInside = (parts: string[]): boolean =>
    inner === null
      ? parts.every((part) => part !== '' && part !== '.' && part !== '..')
      : parts.length === 1 || (parts.length === 2 && inner.includes(parts[0]));
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, hash, name] = /^([0-9a-f]{64}) [ *]([^\\]+)$/.exec(line) ?? [];
      return hash === undefined || name === undefined || !isInside(name.split('/')) ? [] : [[name, hash]];
    }),
  );
}

/** Whether a file in the folder is still what its earlier result wrote. */
export async function isListed(folder: string, name: string, checksums: Checksums): Promise<boolean> {
  const hash = checksums.get(name);
  if (hash === undefined) return false;
  const path = join(folder, name);
  const isFile = await lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFile && (await hashOf(path)) === hash;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
