/**
 * What a room makes of a set of files: which it takes and for what, what stands in the way, what is worth knowing, and
 * which it leaves aside, with a reason. Every recogniser answers so; here answers are put together.
 */
import type { Notice } from './errors.ts';

/** Stands between the user and a run: a file that is absent or cannot be used. */
export interface MissingNotice<Role extends string = string> extends Notice {
  /** What the file would be for; null or absent: all of them. */
  role?: Role | null;
}

/** A file that is known and not used, and why. */
export interface IgnoredFile {
  path: string;
  reason: string;
}

export interface Recognition<Role extends string = string> {
  /** Path → what the file is for, right or broken; null: nothing yet, and the user may say it. */
  used: ReadonlyMap<string, Role | null>;
  missing: MissingNotice<Role>[];
  notices: Notice[];
  ignored: IgnoredFile[];
}

/** Several answers as one, in this order. */
export function joinRecognitions(recognitions: readonly Recognition[]): Recognition {
  return {
    used: new Map(recognitions.flatMap(({ used }) => [...used])),
    missing: recognitions.flatMap(({ missing }) => missing),
    notices: recognitions.flatMap(({ notices }) => notices),
    ignored: recognitions.flatMap(({ ignored }) => ignored),
  };
}

/** Paths of the files that somebody spoke for, used ones first. */
export function claimedPaths({ used, ignored }: Pick<Recognition, 'used' | 'ignored'>): Set<string> {
  return new Set([...used.keys(), ...ignored.map(({ path }) => path)]);
}

/** The files that nobody spoke for. */
export function unclaimedFiles<F extends { path: string }>(
  files: readonly F[],
  recognition: Pick<Recognition, 'used' | 'ignored'>,
): F[] {
  const claimed = claimedPaths(recognition);
  return files.filter(({ path }) => !claimed.has(path));
}

/** The answer that all these files are left aside for one reason. */
export function ignoreAll(files: readonly { path: string }[], reason: string): Recognition {
  return { used: new Map(), missing: [], notices: [], ignored: files.map(({ path }) => ({ path, reason })) };
}
