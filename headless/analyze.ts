/** `npm run analyze`: the whole analysis of a model and a data set; without arguments that of the embedded demo. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allResultsExport } from '../src/exports/all-results.ts';
import { isFigureName } from '../src/exports/figure-formats.ts';
import { resultExports, resultFiles } from '../src/exports/result-files.ts';
import { listed } from '../src/report/format.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { withPage } from './drive.ts';
import { saveFigures } from './figures.ts';
import { analysisInputs } from './analysis-inputs.ts';
import { parseAnalyze, wantsJson } from './options.ts';
import { stageFolder } from './output.ts';
import { resultTable } from './table.ts';
import { analyzeUsage } from './usage.ts';

const args = process.argv.slice(2);
const [resultName, ...besides] = resultExports.map(({ name }) => name);
const isPart = (name: string): boolean => besides.includes(name) || isFigureName(name);

await runCommand(wantsJson(args), async ({ signal, progress, onExit }) => {
  const command = parseAnalyze(args);
  if (!command) return { text: analyzeUsage, fields: { usage: analyzeUsage } };
  const { out } = command;
  const { inputs, corrections, options } = await analysisInputs(command);
  const staging = await stageFolder(out, resultName, isPart, command.force);
  onExit(staging.discard);
  await buildIfNeeded(progress.say, signal);
  const drive = { device: options.device, cache: command.cache, inputs, report: progress.report, signal };
  const { run, names, figures } = await withPage(drive, async (page) => {
    const result = await page.run(corrections, options);
    const files = resultFiles({ kind: 'run', run: result });
    for (const { name, content } of files) {
      const bytes = await new Blob([await content()]).arrayBuffer();
      await writeFile(join(staging.folder, name), new Uint8Array(bytes));
    }
    const done = { run: result, names: files.map(({ name }) => name) };
    if (!command.figures) return { ...done, figures: [] };
    const runFile = join(staging.folder, resultName);
    const saved = saveFigures(page.page.context(), runFile, command.figures).catch((error: unknown) => {
      // The numbers are there; a picture that cannot be drawn must not cost them.
      progress.say(`The figures could not be saved: ${(error as Error).message}`);
      return [];
    });
    return { ...done, figures: await saved };
  });
  await staging.commit(resultName);
  const written = join(out, resultName);
  const count = figures.filter((name) => name.endsWith('.svg')).length;
  const words = [written, ...names.slice(1), ...(command.figures ? [`${count} figures`] : [])];
  const text = `${resultTable(run)}\n\nWrote ${listed(words)}.`;
  return {
    text,
    fields: {
      out: written,
      published: join(out, allResultsExport.name),
      figures,
      task: run.data.task,
      metric: run.metric,
      device: run.device,
      warnings: run.warnings,
    },
  };
});
