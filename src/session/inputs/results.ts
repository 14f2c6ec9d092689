/**
 * Results among dropped files: runs of Winnow, and what the published scripts write. A result is told by its content; its
 * name may be anything. Light enough for the page, which asks here before all other files go to the worker.
 */
import { yieldToEvents } from '../../base/abort.ts';
import { toPlainError } from '../../base/errors.ts';
import { importPart } from '../../base/load-part.ts';
import type { MissingNotice, Recognition } from '../../base/recognition.ts';
import type { ResultSource } from '../../report/analysis.ts';
import { checkRun, isRunLike, parseRunJson } from '../../run/run-file.ts';
import type { DroppedFile } from '../contract.ts';

interface ResultsRecognition extends Recognition<'result'> {
  sources: ResultSource[];
}

/** Results are some megabytes at most; anything far larger that starts with a brace is something else. */
const largestResultBytes = 128e6;

/** With `resultsOnly`, as behind *Open a result…*, a file that is none is missing one; else it is left to other kinds. */
export async function recogniseResults(
  files: readonly DroppedFile[],
  resultsOnly: boolean,
): Promise<ResultsRecognition> {
  const sources: ResultSource[] = [];
  const used = new Map<string, 'result'>();
  const missing: MissingNotice<'result'>[] = [];
  for (const { path, file } of files) {
    try {
      const text = resultsOnly ? await file.text() : await resultTextOf(file);
      if (text === null) continue;
      sources.push(await parseResult(text, file.name));
      await yieldToEvents();
    } catch (error) {
      // A file that cannot be read at all is for the inspection to report, beside the others.
      if (error instanceof DOMException && !resultsOnly) continue;
      missing.push({ ...toPlainError(error), path });
    }
    used.set(path, 'result');
  }
  return { sources, used, missing, notices: [], ignored: [] };
}

/** A result from its parsed JSON. @throws WinnowError as `checkRun` and `openAllResults`. */
export async function resultOf(document: unknown, name: string): Promise<ResultSource> {
  if (isRunLike(document)) return { kind: 'run', run: checkRun(document, name) };
  const { openAllResults } = await importPart(() => import('../../published/all-results.ts'));
  return { kind: 'published', results: openAllResults(document, name) };
}

/**
 * In several tasks, as a large file takes tens of milliseconds: it arrives, is parsed, is checked.
 * @throws WinnowError `bad-file` saying what is wrong and where, `newer-version`.
 */
export async function parseResult(text: string, name: string): Promise<ResultSource> {
  await yieldToEvents();
  if (!claimsPublished(text)) {
    const value = parseRunJson(text, name);
    await yieldToEvents();
    return { kind: 'run', run: checkRun(value, name) };
  }
  const { parseAllResults } = await importPart(() => import('../../published/all-results.ts'));
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
