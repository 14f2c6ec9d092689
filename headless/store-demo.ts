/**
 * `npm run demo` or `npm run demo -- NAME …`: analyses the embedded demos, or those named, with the page's own defaults and
 * stores the result and a smaller model beside each.
 */
import { join } from 'node:path';
import { runText } from '../src/run/run-text.ts';
import { answerName, type ReducedChoice } from '../src/reduced/choice.ts';
import { analysisOfRun } from '../src/report/analysis.ts';
import { computedAnswers } from '../src/report/neurons/computed-answers.ts';
import { withReduced } from '../src/run/reduced.ts';
import { grownRun, type RunFile } from '../src/run/run-file.ts';
import { defaultOptions } from '../src/session/contract.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand, type CommandControl } from './command.ts';
import { embeddedDemos, findDemo, type DemoInputs } from './demo.ts';
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

/** A demo's result, its smaller model beside it; what is said of it. */
async function store(demo: DemoInputs, { signal, progress }: CommandControl): Promise<string> {
  const { folder, inputs } = demo;
  // The demo's texts are the project's own. Of words those that drive a neuron are named anyway: the sentence around each
  // of them would make the file three times as large.
  const options = { ...defaultOptions, texts: !demo.words };
  const smaller = join(folder, `${demo.name}-smaller`);
  const staging = await stageFile(join(folder, name), 'anything');
  const model = await stageReduced(smaller, 'anything');
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
    return `${resultTable(run)}\n\n${text}\n\nStored as the result of the demo ${demo.name}.`;
  });
}

await runCommand(false, async (control) => {
  const asked = process.argv.slice(2);
  const demos = await Promise.all((asked.length > 0 ? asked : await embeddedDemos()).map((demo) => findDemo(demo)));
  await buildIfNeeded(control.progress.say, control.signal);
  const texts: string[] = [];
  for (const demo of demos) texts.push(await store(demo, control));
  return { text: texts.join('\n\n'), fields: {} };
});
