/**
 * Results opened from files, for as long as this tab lives: a reload finds them again, nothing is added to the list of
 * past runs. Where the tab has no storage, a reload loses them, which is what a file on the disk is for.
 */
import { isRunLike } from '../../run/run-file.ts';
import type { ResultSource } from '../../report/analysis.ts';
import { resultOf } from '../../session/inputs/results.ts';

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
    if (isRunLike(value)) return await resultOf(value, id);
    const { name, document } = value as { name: string; document: unknown };
    return await resultOf(document, name);
  } catch {
    return null;
  }
}
