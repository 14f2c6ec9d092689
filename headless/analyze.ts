/** `npm run analyze`: the whole analysis of a model and a data set; without arguments that of the embedded demo. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allResultsText } from '../src/published/all-results-write.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { withPage } from './drive.ts';
import { saveFigures } from './figures.ts';
import { analysisInputs } from './analysis-inputs.ts';
import { parseAnalyze, wantsJson } from './options.ts';
import { jsonText, stageFolder } from './output.ts';
import { resultTable } from './table.ts';
import { analyzeUsage } from './usage.ts';

const args = process.argv.slice(2);
const resultName = 'run.json';
const publishedName = 'all_results.json';

/** As the page's Save buttons name figures. */
const isFigure = (name: string): boolean => /^winnow-.+\.(svg|png)$/.test(name);

await runCommand(wantsJson(args), async ({ signal, progress, onExit }) => {
  const command = parseAnalyze(args);
  if (!command) return { text: analyzeUsage, fields: { usage: analyzeUsage } };
  const { out } = command;
  const { inputs, corrections, options } = await analysisInputs(command);
  const staging = await stageFolder(out, resultName, isFigure, command.force);
  onExit(staging.discard);
  await buildIfNeeded(progress.say, signal);
  const drive = { device: options.device, cache: command.cache, inputs, report: progress.report, signal };
  const { run, figures } = await withPage(drive, async (page) => {
    const result = await page.run(corrections, options);
    const file = join(staging.folder, resultName);
    await writeFile(file, jsonText(result));
    await writeFile(join(staging.folder, publishedName), `${allResultsText(result)}\n`);
    if (!command.figures) return { run: result, figures: [] };
    const saved = saveFigures(page.page.context(), file).catch((error: unknown) => {
      // The numbers are there; a picture that cannot be drawn must not cost them.
      progress.say(`The figures could not be saved: ${(error as Error).message}`);
      return [];
    });
    return { run: result, figures: await saved };
  });
  await staging.commit(resultName);
  const written = join(out, resultName);
  const files = command.figures
    ? `${written}, ${publishedName} and ${figures.length} figures`
    : `${written} and ${publishedName}`;
  const text = `${resultTable(run)}\n\nWrote ${files}.`;
  return {
    text,
    fields: {
      out: written,
      published: join(out, publishedName),
      figures,
      task: run.data.task,
      metric: run.metric,
      device: run.device,
      warnings: run.warnings,
    },
  };
});
