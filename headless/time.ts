/** `npm run time`: how long a row takes by depth of the encoder, and a classifier's training by its features. */
import { basename } from 'node:path';
import { unspaced } from '../src/report/format.ts';
import { placeText } from '../src/run/place.ts';
import type { Table } from '../src/report/table.ts';
import { classifierTable, depthTable } from '../src/report/timing/tables.ts';
import type { Timing } from '../src/run/run-file.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { withPage } from './drive.ts';
import { collectInputs } from './inputs.ts';
import { parseTime, wantsJson } from './options.ts';
import { stageFile } from './output.ts';
import { align } from './table.ts';
import { timeUsage } from './usage.ts';

const args = process.argv.slice(2);

await runCommand(wantsJson(args), async ({ signal, progress }) => {
  const command = parseTime(args);
  if (!command) return { text: timeUsage, fields: { usage: timeUsage } };
  const { out, options, extent, made } = command;
  const { inputs, corrections } = await collectInputs(command.inputs);
  const staging = await stageFile(out, command.replaces);
  await buildIfNeeded(progress.say, signal);
  const drive = { device: options.device, cache: null, inputs, report: progress.report, signal };
  const { model, timing } = await withPage(drive, async (page) => ({
    model: (await page.inspect(corrections)).model,
    timing: await page.time(corrections, options, { extent, made }),
  }));
  const { name, architecture, layers, hidden, parameters } = model!;
  const facts = { model: { name, architecture, layers, hidden, parameters }, task: command.inputs.task };
  const file = { format: 'winnow-timing', version: 1, ...facts, timing };
  const fileName = basename(out);
  await staging.write(fileName, `${JSON.stringify(file, null, 2)}\n`);
  await staging.commit(fileName);
  const heading = `${name} (${architecture}, ${layers} layers of ${hidden}) on ${command.inputs.task}`;
  return { text: [heading, ...timingLines(timing), '', `Wrote ${out}.`].join('\n'), fields: { out, ...facts } };
});

function timingLines({ device, encoder, classifiers }: Timing): string[] {
  const rows = encoder ? `, ${encoder.rows} rows of ${encoder.tokens.toFixed(1)} tokens` : '';
  return [
    `${placeText(device)}${rows}`,
    ...(encoder ? ['', ...lines(depthTable(encoder))] : []),
    ...(classifiers.length > 0 ? ['', ...lines(classifierTable(classifiers))] : []),
  ].map(unspaced);
}

function lines({ columns, rows }: Table): string[] {
  return align([columns.map(({ title }) => title), ...rows.map((row) => row.map(({ text }) => text))]);
}
