/** `npm run demo`: analyses the embedded demo with the page's own defaults and stores the result beside it. */
import { join } from 'node:path';
import { runText } from '../src/exports/run.ts';
import { defaultOptions } from '../src/session/contract.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { findDemo } from './demo.ts';
import { withPage } from './drive.ts';
import { stageFile } from './output.ts';
import { resultTable } from './table.ts';

const name = 'result.json';

await runCommand(false, async ({ signal, progress }) => {
  // The demo's texts are the project's own.
  const options = { ...defaultOptions, texts: true };
  const { folder, inputs } = await findDemo();
  const staging = await stageFile(join(folder, name), 'anything');
  await buildIfNeeded(progress.say, signal);
  const drive = { device: options.device, cache: null, inputs, report: progress.report, signal };
  const run = await withPage(drive, (page) => page.run({}, options));
  await staging.write(name, runText(run));
  await staging.commit(name);
  return { text: `${resultTable(run)}\n\nStored as the demo's result.`, fields: {} };
});
