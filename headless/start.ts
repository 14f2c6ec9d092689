/** `npm start`: builds the page where it is missing or stale, serves it until Ctrl-C and prints its address. `--port N` chooses the port. */
import { parseArgs } from 'node:util';
import { buildIfNeeded } from './build.ts';
import { CommandFailure, describeFailure, exitCodeOf, exitCodes } from './failure.ts';
import { watchParent } from './parent.ts';
import { servePage } from './serve.ts';

function portOf(args: string[]): number | null {
  const next = 'Start it with --port and a number from 1 to 65535, or without.';
  try {
    const { port } = parseArgs({ args, options: { port: { type: 'string' } } }).values;
    if (port === undefined) return null;
    if (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535) return Number(port);
    throw new Error(`--port is "${port}"`);
  } catch (cause) {
    throw new CommandFailure('usage', `${(cause as Error).message}.`, next, cause);
  }
}

const controller = new AbortController();
const { signal } = controller;
const stop = (): void => controller.abort();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, stop);
const unwatch = watchParent(stop);

try {
  const port = portOf(process.argv.slice(2));
  await buildIfNeeded((line) => process.stdout.write(`${line}\n`), signal);
  const served = await servePage(port);
  process.stdout.write(`Winnow is at ${served.url} (Ctrl-C stops it).\n`);
  if (signal.aborted) await served.close();
  else signal.addEventListener('abort', () => void served.close(), { once: true });
} catch (error) {
  unwatch();
  const failure = describeFailure(error);
  if (!signal.aborted) process.stderr.write(`${failure.message}\n${failure.next}\n`);
  process.exitCode = signal.aborted ? exitCodes.cancelled : exitCodeOf(failure.code);
}
