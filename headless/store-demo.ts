/** `npm run demo`: analyses the embedded demo with the page's own defaults and stores the result and a smaller model beside it. */
import { basename, join } from 'node:path';
import { runText } from '../src/exports/run.ts';
import { answerName, type ReducedChoice } from '../src/reduced/choice.ts';
import { analysisOfRun } from '../src/report/analysis.ts';
import { computedAnswers } from '../src/report/neurons/computed-answers.ts';
import { withReduced } from '../src/run/reduced.ts';
import { grownRun, type RunFile } from '../src/run/run-file.ts';
import { defaultOptions } from '../src/session/contract.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { findDemo } from './demo.ts';
import { withPage } from './drive.ts';
import { stageFile } from './output.ts';
import { stageReduced, writeReduced } from './reduced.ts';
import { resultTable } from './table.ts';

const name = 'result.json';

/** The one that needs the fewest layers, then the fewest neurons: what a smaller model saves shows best. */
function shallowest(run: RunFile): ReducedChoice {
  const answers = computedAnswers(analysisOfRun(run)).filter(({ size }) => size > 0);
  const top = (layers: readonly number[]): number => layers[layers.length - 1];
  const [first] = answers.sort((a, b) => top(a.layers) - top(b.layers) || a.size - b.size);
  return { kind: 'answer', answer: answerName(first.question) };
}

await runCommand(false, async ({ signal, progress }) => {
  // The demo's texts are the project's own.
  const options = { ...defaultOptions, texts: true };
  const { folder, inputs } = await findDemo();
  const smaller = join(folder, `${basename(folder)}-smaller`);
  const staging = await stageFile(join(folder, name), 'anything');
  const model = await stageReduced(smaller, 'anything');
  await buildIfNeeded(progress.say, signal);
  const { device, threads } = options;
  const drive = { device, cache: null, inputs, report: progress.report, signal };
  return withPage(drive, async (page) => {
    const run = await page.run({}, options);
    const order = {
      run,
      choice: shallowest(run),
      dtypes: ['float32' as const],
      corrections: {},
      place: { device, threads },
    };
    const { text, entry } = await writeReduced(page, order, smaller, model);
    const grown = entry ? grownRun(run, { reduced: withReduced(run.reduced, entry) }) : run;
    await staging.write(name, runText(grown));
    await staging.commit(name);
    return { text: `${resultTable(run)}\n\n${text}\n\nStored as the demo's result.`, fields: {} };
  });
});
