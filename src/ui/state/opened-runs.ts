/**
 * Results opened from files, for as long as this tab lives: a reload finds them again, nothing is added to the list of
 * past runs. Where the tab has no storage, a reload loses them, which is what a file on the disk is for.
 */
import { checkRun, isRunLike } from '../../run/run-file.ts';
import type { ResultSource } from '../../report/analysis.ts';

const prefix = 'winnow-opened-';

export function rememberOpened(id: string, source: ResultSource): void {
  const value = source.kind === 'run' ? source.run : { name: source.results.name, document: source.results.document };
  try {
    sessionStorage.setItem(prefix + id, JSON.stringify(value));
  } catch {
    return; // full or refused: only a reload would need it
  }
}

export async function findOpened(id: string): Promise<ResultSource | null> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(prefix + id) ?? 'null');
    if (value === null) return null;
    if (isRunLike(value)) return { kind: 'run', run: checkRun(value, id) };
    const { openAllResults } = await import('../../published/all-results.ts');
    const { name, document } = value as { name: string; document: unknown };
    return { kind: 'published', results: openAllResults(document, name) };
  } catch {
    return null;
  }
}
