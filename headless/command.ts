/**
 * What every command does around its work: stop on a signal, or when npm is gone, with everything cleaned up; say failures
 * on standard error (and as JSON on standard output where asked); set the exit code. Nothing outside this file ends the
 * process.
 */
import { constants } from 'node:os';
import { listed } from '../src/report/format.ts';
import { CommandFailure, describeFailure, exitCodeOf, exitCodes, reasonOf } from './failure.ts';
import { removeAllOwned } from './owned.ts';
import { watchParent } from './parent.ts';
import { createProgressPrinter, printable, type ProgressPrinter } from './progress.ts';
import { standardStream } from './standard-stream.ts';

export interface CommandControl {
  signal: AbortSignal;
  progress: ProgressPrinter;
  /**
   * Notes a result that is whole, where more are to come: whatever ends the command says which there are.
   * @param rest how to get what is missing, after "or".
   */
  wrote(path: string, rest: string): void;
}

/** What the command answers with: a text for people and the fields of the JSON line. */
export interface Answer {
  text: string;
  fields: Record<string, unknown>;
  /** What is missing although the result is there. */
  failures?: readonly CommandFailure[];
}

function nextOf(written: readonly string[], rest: string): string {
  if (written.length === 0) return 'Nothing was written; start the command again.';
  return `${listed(written)} written; start the command again with --force, or ${rest}.`;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm hands on a Ctrl-C that the terminal has sent to both of them: two within this time are one. */
const onceMs = 1000;

export async function runCommand(json: boolean, work: (control: CommandControl) => Promise<Answer>): Promise<void> {
  const controller = new AbortController();
  const stops: { code: number; atMs: number }[] = [];
  const stop = (name: (typeof signals)[number]): void => {
    const [first] = stops;
    if (first && Date.now() - first.atMs < onceMs) return;
    // What is still owned goes while the process ends (owned.ts).
    if (first) process.exit(first.code);
    stops.push({ code: 128 + constants.signals[name], atMs: Date.now() });
    controller.abort();
  };
  for (const name of signals) process.on(name, stop);
  const unwatch = watchParent(() => stop('SIGTERM'));

  const [output, errors] = [standardStream(process.stdout), standardStream(process.stderr)];
  const progress = createProgressPrinter(errors);
  const say = ({ code, message, next }: ReturnType<typeof describeFailure>): void =>
    progress.say(`${message}\n${next} [${code}]`);
  const written: string[] = [];
  let missing = '';
  const wrote = (path: string, rest: string): void => {
    written.push(path);
    missing = rest;
  };
  try {
    const control = { signal: controller.signal, progress, wrote };
    const { text, fields, failures = [] } = await work(control);
    const plain = failures.map(describeFailure);
    plain.forEach(say);
    const [error] = plain;
    const outcome = error === undefined ? { ok: true } : { ok: false, error };
    output.write(json ? `${JSON.stringify({ ...outcome, ...fields })}\n` : `${printable(text)}\n`);
    if (error !== undefined) process.exitCode = exitCodeOf(error.code);
    await tellOfStreams();
  } catch (error) {
    const cancelled = new CommandFailure('cancelled', 'Stopped.', nextOf(written, missing));
    const failure = describeFailure(controller.signal.aborted ? cancelled : error);
    say(failure);
    const isPart = written.length > 0;
    if (isPart && !controller.signal.aborted) progress.say(`Written before that: ${listed(written)}.`);
    if (json) output.write(`${JSON.stringify({ ok: false, error: failure, ...(isPart && { written }) })}\n`);
    process.exitCode = stops[0]?.code ?? exitCodeOf(failure.code);
    await Promise.all([output.flush(), errors.flush()]);
  } finally {
    unwatch();
    removeAllOwned();
    for (const name of signals) process.off(name, stop);
  }

  async function tellOfStreams(): Promise<void> {
    const unsaid = await output.flush();
    if (unsaid)
      progress.say(`The result is written, but standard output could not be: ${reasonOf(unsaid)}. [incomplete]`);
    if (unsaid ?? (await errors.flush())) process.exitCode = exitCodes.incomplete;
  }
}
