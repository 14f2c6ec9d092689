/**
 * What every command does around its work: stop on Ctrl-C with everything cleaned up, say failures on standard error
 * (and as JSON on standard output where asked), set the exit code. Nothing outside this file ends the process.
 */
import { CommandFailure, describeFailure, exitCodeOf, exitCodes } from './failure.ts';
import { createProgressPrinter, type ProgressPrinter } from './progress.ts';

export interface CommandControl {
  signal: AbortSignal;
  progress: ProgressPrinter;
  /** Runs once, at the end or when the process is killed by a second Ctrl-C. */
  onExit(clean: () => void): void;
}

/** What the command answers with: a text for people and the fields of the JSON line. */
export interface Answer {
  text: string;
  fields: Record<string, unknown>;
}

export async function runCommand(json: boolean, work: (control: CommandControl) => Promise<Answer>): Promise<void> {
  const controller = new AbortController();
  const cleaners: (() => void)[] = [];
  const clean = (): void => cleaners.splice(0).forEach((cleaner) => cleaner());
  const stop = (): void => {
    if (controller.signal.aborted) {
      clean();
      process.exit(exitCodes.cancelled);
    }
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);

  const progress = createProgressPrinter(process.stderr);
  try {
    const answer = await work({ signal: controller.signal, progress, onExit: (cleaner) => cleaners.push(cleaner) });
    process.stdout.write(json ? `${JSON.stringify({ ok: true, ...answer.fields })}\n` : `${answer.text}\n`);
  } catch (error) {
    const cancelled = new CommandFailure('cancelled', 'Stopped.', 'Nothing was written; start the command again.');
    const failure = describeFailure(controller.signal.aborted ? cancelled : error);
    progress.say(`${failure.message}\n${failure.next} [${failure.code}]`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: failure })}\n`);
    process.exitCode = exitCodeOf(failure.code);
  } finally {
    clean();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
  }
}
