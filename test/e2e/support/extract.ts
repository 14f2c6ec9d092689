/** What `npm run extract` does, in this process: several files of the same inputs in one browser. */
import { withPage } from '../../../headless/drive.ts';
import { collectInputs } from '../../../headless/inputs.ts';
import { parseExtract } from '../../../headless/options.ts';

/** @param args as on the command line, but for what `files` say. */
export async function extract(args: string[], files: { role: string; out: string }[]): Promise<void> {
  const commands = files.map(({ role, out }) =>
    parseExtract([...args, '--device', 'wasm', '--file', role, '--out', out])!,
  );
  const { inputs, corrections } = await collectInputs(commands[0].inputs);
  const { signal } = new AbortController();
  await withPage({ device: 'wasm', cache: null, inputs, report: () => undefined, signal }, async (page) => {
    for (const { options, role, format, out } of commands) {
      await page.extract(corrections, options, { role, format }, out);
    }
  });
}
