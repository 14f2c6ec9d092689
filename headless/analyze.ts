/** `npm run analyze`: the whole analysis of a model and a data set; without arguments that of the embedded demo. */
import { basename, join, resolve } from 'node:path';
import { allResultsExport } from '../src/exports/all-results.ts';
import { isFigureName } from '../src/exports/figure-formats.ts';
import { runStem } from '../src/exports/file-names.ts';
import { resultExports, resultFiles } from '../src/exports/result-files.ts';
import { listed } from '../src/report/format.ts';
import { analysisInputs } from './analysis-inputs.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { withPage } from './drive.ts';
import { saveFigures, type SavedFigures } from './figures.ts';
import { parseAnalyze, wantsJson, type AnalyzeCommand } from './options.ts';
import { stageFolder } from './output.ts';
import { resultTable } from './table.ts';
import { analyzeUsage } from './usage.ts';

const args = process.argv.slice(2);
const resultNames = resultExports.map(({ name }) => name);
const [resultName] = resultNames;
const noFigures: SavedFigures = { names: [], failure: null };

/** Names that are known before the run. Those of figures begin with what the page is expected to call the model. */
function isExpected({ figures, inputs, options }: AnalyzeCommand): (name: string) => boolean {
  const { task, model } = inputs ?? { task: null, model: null };
  const isKnown = figures !== null && task !== null && model !== null;
  const stem = isKnown ? runStem(task, basename(resolve(model)), options.quick) : null;
  const isFigure = (name: string): boolean => stem !== null && name.startsWith(`${stem}-`) && isFigureName(name);
  return (name) => resultNames.includes(name) || isFigure(name);
}

await runCommand(wantsJson(args), async ({ signal, progress }) => {
  const command = parseAnalyze(args);
  if (!command) return { text: analyzeUsage, fields: { usage: analyzeUsage } };
  const { out } = command;
  const { inputs, corrections, options } = await analysisInputs(command);
  const staging = await stageFolder(out, isExpected(command), command.replaces);
  await buildIfNeeded(progress.say, signal);
  const drive = { device: options.device, cache: command.cache, inputs, report: progress.report, signal };
  const { run, names, figures } = await withPage(drive, async (page) => {
    const result = await page.run(corrections, options);
    const files = resultFiles({ kind: 'run', run: result });
    for (const { name, content } of files) {
      const bytes = await new Blob([await content()]).arrayBuffer();
      await staging.write(name, new Uint8Array(bytes));
    }
    const saved = command.figures
      ? await saveFigures(page.page.context(), join(staging.folder, resultName), command.figures, staging.write)
      : noFigures;
    return { run: result, names: files.map(({ name }) => name), figures: saved };
  });
  const unlisted = await staging.commit(resultName);
  const written = join(out, resultName);
  const count = figures.names.filter((name) => name.endsWith('.svg')).length;
  const words = [written, ...names.slice(1), ...(command.figures ? [`${count} figures`] : [])];
  const text = `${resultTable(run)}\n\nWrote ${listed(words)}.`;
  return {
    text,
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
});
