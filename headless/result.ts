/** One result of an analysis: run in the page, its files staged and moved to their place. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allResultsExport } from '../src/exports/all-results.ts';
import { runText } from '../src/run/run-text.ts';
import { resultExports, resultFiles } from '../src/exports/result-files.ts';
import { listed } from '../src/report/format.ts';
import type { RunFile } from '../src/run/run-file.ts';
import type { Corrections, RunOptions } from '../src/session/contract.ts';
import { checksumsName, readChecksums } from './checksums.ts';
import type { DrivenPage } from './drive.ts';
import type { CommandFailure } from './failure.ts';
import { saveFigures, type SavedFigures } from './figures.ts';
import type { AnalyzeCommand } from './options.ts';
import { stageFolder, type Staging } from './output.ts';

export const resultNames = resultExports.map(({ name }) => name);
const [resultName] = resultNames;
const noFigures: SavedFigures = { names: [], failure: null };

export interface Request {
  corrections: Corrections;
  options: RunOptions;
  figures: AnalyzeCommand['figures'];
}

export interface WrittenResult {
  run: RunFile;
  /** "Wrote out/run.json, scores.csv and 12 figures." */
  words: string;
  /** Of the JSON line. */
  fields: Record<string, unknown>;
  /** What is missing although the result is there. */
  failures: CommandFailure[];
}

/** @param out the folder that is staged. */
export async function writeResult(
  page: DrivenPage,
  { corrections, options, figures: preset }: Request,
  out: string,
  staging: Staging,
): Promise<WrittenResult> {
  const run = await page.run(corrections, options);
  const files = resultFiles({ kind: 'run', run });
  for (const { name, content } of files) {
    const bytes = await new Blob([await content()]).arrayBuffer();
    await staging.write(name, new Uint8Array(bytes));
  }
  const figures = preset
    ? await saveFigures(page.page.context(), join(staging.folder, resultName), preset, staging.write)
    : noFigures;
  const unlisted = await staging.commit(resultName);
  const written = join(out, resultName);
  const count = figures.names.filter((name) => name.endsWith('.svg')).length;
  const names = files.slice(1).map(({ name }) => name);
  return {
    run,
    words: `Wrote ${listed([written, ...names, ...(preset ? [`${count} figures`] : [])])}.`,
    fields: {
      out: written,
      published: join(out, allResultsExport.name),
      figures: figures.names,
      task: run.data.task,
      metric: run.metric,
      device: run.device,
      warnings: run.warnings,
    },
    failures: [figures.failure, unlisted].flatMap((failure) => failure ?? []),
  };
}

/**
 * The result that lies in its folder with a run that has grown since; its other files stay as they are.
 * @throws CommandFailure where a file of it was changed meanwhile, or cannot be written.
 */
export async function rewriteRun(out: string, run: RunFile): Promise<void> {
  const staging = await stageFolder(out, (name) => name === resultName, 'own result');
  try {
    const listed = await readChecksums(out, checksumsName, []);
    for (const name of listed.keys()) await copyFile(join(out, name), join(staging.folder, name));
    await staging.write(resultName, runText(run));
    await staging.commit(resultName);
  } finally {
    staging.discard();
  }
}
