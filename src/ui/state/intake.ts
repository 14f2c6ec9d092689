/**
 * From a drop, a picker or an input to files with paths, and from those to what they are for: results to show or inputs of
 * a run. A result is told by its content; its name may be anything.
 */
import { directoryOpen } from 'browser-fs-access';
import { fromEvent } from 'file-selector';
import { toPlainError, type PlainError } from '../../base/errors.ts';
import { parseRun } from '../../run/run-file.ts';
import type { DroppedFile } from '../../session/contract.ts';
import type { ResultSource } from './result-source.ts';

/** Results are some megabytes at most; anything far larger that starts with a brace is something else. */
const largestResultBytes = 128e6;

/** The files of a drop (folders walked through) or of a file input. */
export async function filesOf(event: Event): Promise<DroppedFile[]> {
  const found = await fromEvent(event);
  return found.flatMap((file) => (file instanceof File ? [{ path: cleanPath(file.path), file }] : []));
}

/** Asks for a folder; null when the user closed the dialog. */
export async function chooseFolder(): Promise<DroppedFile[] | null> {
  try {
    const found = await directoryOpen({ recursive: true });
    return found.flatMap((file) =>
      file instanceof File ? [{ path: cleanPath(file.webkitRelativePath || file.name), file }] : [],
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

function cleanPath(path: string): string {
  return path.replace(/^\.?\//, '');
}

export interface Sorted {
  results: ResultSource[];
  inputs: DroppedFile[];
  /** Result files that cannot be read, and files that turned unreadable. */
  errors: PlainError[];
}

/** Tells results from inputs. With `resultsOnly`, as behind *Open a result…*, a file that is none is an error. */
export async function sortFiles(files: readonly DroppedFile[], resultsOnly: boolean): Promise<Sorted> {
  const sorted: Sorted = { results: [], inputs: [], errors: [] };
  for (const dropped of files) {
    try {
      const text = resultsOnly ? await dropped.file.text() : await resultTextOf(dropped.file);
      if (text === null) sorted.inputs.push(dropped);
      else sorted.results.push(await readResult(text, dropped.file.name));
    } catch (error) {
      // A file that cannot be read at all is for the inspection to report, beside the others.
      if (error instanceof DOMException && !resultsOnly) sorted.inputs.push(dropped);
      else sorted.errors.push(toPlainError(error));
    }
  }
  return sorted;
}

/**
 * A result by its content: a run of Winnow, or what the published scripts write.
 * @throws WinnowError `bad-file` saying what is wrong and where, `newer-version`.
 */
async function readResult(text: string, name: string): Promise<ResultSource> {
  if (!claimsPublished(text)) return { kind: 'run', run: parseRun(text, name) };
  const { parseAllResults } = await import('../../published/all-results.ts');
  return { kind: 'published', results: parseAllResults(text, name) };
}

/** The file's text when it claims to be a result, else null. */
async function resultTextOf(file: File): Promise<string | null> {
  if (file.size === 0 || file.size > largestResultBytes) return null;
  const start = await file.slice(0, 64).text();
  if (!/^\ufeff?\s*\{/.test(start)) return null;
  const text = await file.text();
  return claimsRun(text) || claimsPublished(text) ? text : null;
}

function claimsRun(text: string): boolean {
  return /"format"\s*:\s*"winnow-run"/.test(text);
}

function claimsPublished(text: string): boolean {
  return !claimsRun(text) && (/"data_split"\s*:/.test(text) || /"baseline"\s*:\s*\{/.test(text));
}
