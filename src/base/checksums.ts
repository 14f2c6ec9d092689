/** Lists of files with their SHA-256, in the format of sha256sum(1). */

/** SHA-256 by path. */
export type Checksums = ReadonlyMap<string, string>;

export function checksumLine(path: string, sha256: string): string {
  return `${sha256}  ${path}\n`;
}

/** A line that is none of ours counts for nothing; paths never lead out of the folder that the list lies in. */
export function parseChecksums(text: string): Checksums {
  const isInside = (path: string): boolean =>
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, hash, path] = /^([0-9a-f]{64}) [ *]([^\\]+)$/.exec(line) ?? [];
      return hash === undefined || path === undefined || !isInside(path) ? [] : [[path, hash]];
    }),
  );
}
