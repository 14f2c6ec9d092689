/** `npm run reduce`: the smaller model of a result, as a folder that other programs open. */
import { basename } from 'node:path';
import { chosenSet, parseNeurons, type ReducedChoice } from '../src/reduced/choice.ts';
import { parseRun, type RunFile } from '../src/run/run-file.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { withPage } from './drive.ts';
import { namedText } from './named-text.ts';
import { collectInputs } from './inputs.ts';
import { parseReduce, wantsJson, type ReduceCommand } from './options.ts';
import { headlineChoice, reducedReplaces, stageReduced, writeReduced } from './reduced.ts';
import { reduceUsage } from './usage.ts';

const args = process.argv.slice(2);

async function choiceOf({ answer, layers, neurons }: ReduceCommand, run: RunFile): Promise<ReducedChoice> {
  if (answer !== null) return { kind: 'answer', answer };
  if (layers !== null) return layers;
  if (neurons === null) return headlineChoice(run);
  return parseNeurons(await namedText(neurons), run.model, basename(neurons));
}

await runCommand(wantsJson(args), async ({ signal, progress }) => {
  const command = parseReduce(args);
  if (!command) return { text: reduceUsage, fields: { usage: reduceUsage } };
  const { out, dtypes, options } = command;
  const run = parseRun(await namedText(command.run), basename(command.run));
  const choice = await choiceOf(command, run);
  // Said before a browser is started.
  chosenSet(run, choice);
  const { inputs, corrections } = await collectInputs(command.inputs);
  const staging = await stageReduced(out, reducedReplaces(command.replaces));
  await buildIfNeeded(progress.say, signal);
  const { device, threads } = options;
  const drive = { device, cache: command.cache, inputs, report: progress.report, signal };
  const order = { run, choice, dtypes, corrections, place: { device, threads } };
  return withPage(drive, (page) => writeReduced(page, order, out, staging));
});
