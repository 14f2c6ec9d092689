/** What a published folder must be: every file of it stands in its list, and is what the list says. */
import { parseChecksums } from '../base/checksums.ts';
import { listed } from '../report/format.ts';
import { siteList } from './site.ts';

/** A folder that is looked at, by paths with slashes. */
export interface LookedAt {
  /** Whatever is no folder. */
  paths: readonly string[];
  /** Text of its list; '' where it has none. */
  list: string;
  /** Whether a file has that SHA-256; never of what is no plain file. */
  has: (path: string, sha256: string) => Promise<boolean>;
}

export interface SiteFaults {
  /** Files and links that no line of the list names. */
  foreign: string[];
  /** That are not what the list says. */
  changed: string[];
  missing: string[];
}

export async function siteFaults({ paths, list, has }: LookedAt): Promise<SiteFaults> {
  const hashes = parseChecksums(list);
  const found = new Set(paths);
  const changed: string[] = [];
  for (const [path, hash] of hashes) if (found.has(path) && !(await has(path, hash))) changed.push(path);
  return {
    foreign: paths.filter((path) => path !== siteList && !hashes.has(path)).sort(),
    changed: changed.sort(),
    missing: [...hashes.keys()].filter((path) => !found.has(path)).sort(),
  };
}

const mostNamed = 5;

/** The first of many paths, for a sentence. */
export function namedPaths(paths: readonly string[]): string {
  const more = paths.length - mostNamed;
  return more > 0 ? `${paths.slice(0, mostNamed).join(', ')} and ${more} more` : listed(paths);
}
