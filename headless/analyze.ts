/** `npm run analyze`: the whole analysis of a model and a data set; without arguments that of the embedded demo. */
import { basename, resolve } from 'node:path';
import { withReduced } from '../src/run/reduced.ts';
import { grownRun } from '../src/run/run-file.ts';
import { isFigureName } from '../src/exports/figure-formats.ts';
import { runStem } from '../src/exports/file-names.ts';
import { analysisInputs } from './analysis-inputs.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand, type Answer } from './command.ts';
import { withPage } from './drive.ts';
import { writeEveryColumn } from './label-columns.ts';
import { parseAnalyze, wantsJson, type AnalyzeCommand } from './options.ts';
import { reserveFolder, stageFolder, type Staging } from './output.ts';
import { reducedReplaces, stageReduced, writeHeadline } from './reduced.ts';
import { resultNames, rewriteRun, writeResult } from './result.ts';
import { resultTable } from './table.ts';
import { analyzeUsage } from './usage.ts';

const args = process.argv.slice(2);

/** Names that are known before the run. Those of figures begin with what the page is expected to call the model. */
function isExpected({ figures, inputs, options }: AnalyzeCommand): (name: string) => boolean {
  const { task, model } = inputs ?? { task: null, model: null };
  const isKnown = figures !== null && task !== null && model !== null;
  const stem = isKnown ? runStem(task, basename(resolve(model)), options.quick) : null;
  const isFigure = (name: string): boolean => stem !== null && name.startsWith(`${stem}-`) && isFigureName(name);
  return (name) => resultNames.includes(name) || isFigure(name);
}

await runCommand(wantsJson(args), async (control): Promise<Answer> => {
  const command = parseAnalyze(args);
  if (!command) return { text: analyzeUsage, fields: { usage: analyzeUsage } };
  const { signal, progress } = control;
  const { out, allColumns, figures } = command;
  const { inputs, corrections, options } = await analysisInputs(command);
  const request = { corrections, options, figures };
  const stage = (folder: string): Promise<Staging> => stageFolder(folder, isExpected(command), command.replaces);
  const drive = { device: options.device, cache: command.cache, inputs, report: progress.report, signal };
  if (allColumns) {
    const reserved = await reserveFolder(out);
    await buildIfNeeded(progress.say, signal);
    return withPage(drive, (page) => writeEveryColumn(page, request, out, stage, control)).finally(reserved.discard);
  }
  const staging = await stage(out);
  const model = command.reduce && (await stageReduced(command.reduce.out, reducedReplaces(command.replaces)));
  await buildIfNeeded(progress.say, signal);
  return withPage(drive, async (page): Promise<Answer> => {
    const { run, words, ...result } = await writeResult(page, request, out, staging);
    const text = `${resultTable(run)}\n\n${words}`;
    if (command.reduce === null || model === null) return { ...result, text };
    control.wrote(out, 'npm run reduce for the smaller model');
    const reduced = await writeHeadline(page, { run, corrections, options }, command.reduce, model);
    if (reduced.entry) await rewriteRun(out, grownRun(run, { reduced: withReduced(run.reduced, reduced.entry) }));
    return {
      text: [text, ...(reduced.text === '' ? [] : [reduced.text])].join('\n\n'),
      fields: { ...result.fields, reduced: reduced.fields },
      failures: [...result.failures, ...reduced.failures],
    };
  });
});
