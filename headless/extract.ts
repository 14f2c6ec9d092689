/** `npm run extract`: activations of every layer for the rows of one data file, in the format that --out ends in. */
import { basename, join } from 'node:path';
import { choicesOf } from '../src/report/choices.ts';
import { unspaced } from '../src/report/format.ts';
import { extractionChoices } from '../src/session/inputs/choices.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { withPage } from './drive.ts';
import { collectInputs } from './inputs.ts';
import { parseExtract, wantsJson } from './options.ts';
import { stageFile } from './output.ts';
import { extractUsage } from './usage.ts';

const args = process.argv.slice(2);

await runCommand(wantsJson(args), async ({ signal, progress }) => {
  const command = parseExtract(args);
  if (!command) return { text: extractUsage, fields: { usage: extractUsage } };
  const { out, role, format, options } = command;
  const { inputs, corrections } = await collectInputs(command.inputs);
  const staging = await stageFile(out, command.replaces);
  await buildIfNeeded(progress.say, signal);
  const drive = { device: options.device, cache: command.cache, inputs, report: progress.report, signal };
  const name = basename(out);
  const { sizeBytes, choices } = await withPage(drive, async (page) => ({
    choices: extractionChoices(await page.inspect(corrections), role, options),
    sizeBytes: await page.extract(corrections, options, { role, format }, join(staging.folder, name)),
  }));
  await staging.commit(name);
  const chosen = choices === null ? [] : choicesOf(choices).map(([subject, text]) => `${subject}: ${unspaced(text)}`);
  return {
    text: [...chosen, `Wrote ${out} (${sizeBytes} bytes).`].join('\n'),
    fields: { out, sizeBytes, format, task: command.inputs.task, file: role },
  };
});
