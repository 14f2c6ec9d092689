/** Whether two runs were scored on the same test rows, in the same order. */
import type { RunFile } from './schema.ts';

/** A run under the name that it has among others. */
export interface NamedRun {
  title: string;
  run: RunFile;
}

/**
 * Told by the hash of the rows' texts, or in files of before by that of texts and labels.
 * @returns empty where they are the same; else why they cannot be matched, as a sentence.
 */
export function rowsApart(first: NamedRun, other: NamedRun): string {
  const [own, its] = [first.run.testRows, other.run.testRows];
  const [before, after] = [first.run.predictions, other.run.predictions];
  const isSame = own && its ? own.sha256 === its.sha256 : before && after ? before.sha256 === after.sha256 : null;
  if (isSame === true) return '';
  if (isSame === false)
    return `${first.title} and ${other.title} were scored on different test rows, so that their layers cannot be matched row by row.`;
  const unnamed = [first, other].filter(({ run }) => !run.testRows);
  const lacking = unnamed.find(({ run }) => !run.predictions) ?? unnamed[0];
  return `${lacking.title} does not say which test rows it was scored on: it was made by an earlier Winnow, or its author has not published that.`;
}
