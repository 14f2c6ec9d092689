/** `--all-columns`: one result a column of labels, one after the other in one page, so that they share the extraction. */
import { join } from 'node:path';
import { WinnowError } from '../src/base/errors.ts';
import { plainText, verdictOf } from '../src/report/verdict/verdict.ts';
import { analysisOfRun, runSubject } from '../src/report/analysis.ts';
import type { RunFile } from '../src/run/run-file.ts';
import type { Inspection } from '../src/session/contract.ts';
import type { Answer, CommandControl } from './command.ts';
import type { DrivenPage } from './drive.ts';
import { CommandFailure } from './failure.ts';
import type { Staging } from './output.ts';
import { writeResult, type Request, type WrittenResult } from './result.ts';
import { resultTable } from './table.ts';

/** A column, the folder of its result below --out, and that folder while it is written. */
interface Place {
  column: string;
  out: string;
  staging: Staging;
}

/**
 * A column whose labels cannot be used costs the others nothing.
 * @param stage stages one folder.
 * @throws WinnowError where the files cannot be used, and where no column gives a result.
 */
export async function writeEveryColumn(
  page: DrivenPage,
  request: Request,
  out: string,
  stage: (folder: string) => Promise<Staging>,
  { progress, wrote }: Pick<CommandControl, 'progress' | 'wrote'>,
): Promise<Answer> {
  const columns = labelColumns(await page.inspect(request.corrections));
  const places: Place[] = [];
  const results: (WrittenResult & { column: string })[] = [];
  const lost: WinnowError[] = [];
  try {
    for (const [index, name] of folderNames(columns).entries()) {
      const folder = join(out, name);
      places.push({ column: columns[index], out: folder, staging: await stage(folder) });
    }
    for (const [index, { column, out: folder, staging }] of places.entries()) {
      progress.say(`Column ${index + 1} of ${places.length}: ${column}`);
      const { corrections } = request;
      const ofColumn = {
        ...request,
        corrections: { ...corrections, columns: { ...corrections.columns, label: column } },
      };
      try {
        results.push({ column, ...(await writeResult(page, ofColumn, folder, staging)) });
        wrote(folder, 'with --column for what is missing');
      } catch (error) {
        if (!(error instanceof WinnowError) || error.code !== 'bad-data') throw error;
        staging.discard();
        lost.push(new WinnowError(error.code, `The column "${column}" gave no result: ${error.message}`, error.next));
      }
    }
  } finally {
    for (const { staging } of places) staging.discard();
  }
  if (results.length === 0) throw lost[0];
  const tables = results.map(({ column, run, words }) => `Column ${column}\n${resultTable(run)}\n\n${words}\n`);
  const verdicts = results.map(({ column, run }) => `${column}: ${verdictText(run)}`);
  const failures = lost.map(({ message, next }) => new CommandFailure('incomplete', message, next));
  return {
    text: [...tables, 'Verdicts by column of labels', ...verdicts].join('\n'),
    fields: {
      out,
      results: results.map(({ column, run, fields }) => ({ column, verdict: verdictText(run), ...fields })),
    },
    failures: [...results.flatMap((result) => result.failures), ...failures],
  };
}

function verdictText(run: RunFile): string {
  return plainText(verdictOf(analysisOfRun(run), runSubject(run)).phrases);
}

/** @throws WinnowError where something is missing, and where there is no column to choose. */
function labelColumns({ data, missing: [notice] }: Inspection): string[] {
  if (notice) throw new WinnowError(notice.code, notice.message, notice.next);
  if (data?.columns) return data.columns.labels;
  const message = 'These data leave no choice of a column of labels.';
  throw new WinnowError('bad-option', message, 'Leave --all-columns out.');
}

const longestName = 60;

/** Names that every system takes as a folder's, each unlike the others also where case does not count. */
export function folderNames(columns: readonly string[]): string[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const plain = column.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, longestName);
    const name = /^\.*$|^\.|\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain)
      ? `column-${plain.replace(/^\.+|\.+$/g, '')}`
      : plain;
    let free = name;
    for (let again = 2; taken.has(free.toLowerCase()); again++) free = `${name}-${again}`;
    taken.add(free.toLowerCase());
    return free;
  });
}
