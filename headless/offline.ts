/** The service worker of a built or published page: the project's own text with the list of its files in front. */
import { createHash } from 'node:crypto';
import { isolation } from './isolation.ts';

/** Paths in the page's folder, as addresses write them. */
export interface OfflineFiles {
  /** Kept as soon as the page was visited. */
  first: readonly string[];
  /** Kept when they are first used. */
  later: readonly string[];
}

/**
 * @param contents what decides whether a browser that has the page already takes it anew, beside the names
 * @param worker text of workers/offline.js
 */
export function offlineScript(files: OfflineFiles, contents: readonly Uint8Array[], worker: string): string {
  const hash = createHash('sha256').update(JSON.stringify(files));
  for (const bytes of contents) hash.update(bytes);
  const head = { files, build: hash.digest('hex').slice(0, 16), isolation };
  const lines = Object.entries(head).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  return lines.join('') + worker;
}
