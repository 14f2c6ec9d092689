/** `npm start`: serves the built page until Ctrl-C and prints its address. `--port N` chooses the port. */
import { parseArgs } from 'node:util';
import { CommandFailure, describeFailure, exitCodeOf } from './failure.ts';
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

try {
  const served = await servePage(portOf(process.argv.slice(2)));
  process.stdout.write(`Winnow is at ${served.url} (Ctrl-C stops it).\n`);
  const close = (): void => void served.close();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, close);
  watchParent(close);
} catch (error) {
  const failure = describeFailure(error);
  process.stderr.write(`${failure.message}\n${failure.next}\n`);
  process.exitCode = exitCodeOf(failure.code);
}
