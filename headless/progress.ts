/** Events of a run as lines on standard error: rewritten in place on a terminal, one every few seconds in a log. */
import type { RunEvent } from '../src/session/contract.ts';

/** Standard error, or whatever stands for it. */
export interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
}

export interface ProgressPrinter {
  report(event: RunEvent): void;
  /** A line of its own. */
  say(line: string): void;
}

const logIntervalMs = 5_000;

export function createProgressPrinter(terminal: Terminal, now: () => number = Date.now): ProgressPrinter {
  let open = false;
  let lastMs = -Infinity;
  let titles = new Map<string, string>();
  const titleOf = (stage: string): string => titles.get(stage) ?? stage;

  const say = (line: string): void => {
    terminal.write(`${open ? '\r\x1b[2K' : ''}${line}\n`);
    open = false;
  };
  const update = (line: string): void => {
    if (terminal.isTTY) {
      terminal.write(`\r\x1b[2K${line}`);
      open = true;
    } else if (now() - lastMs >= logIntervalMs) {
      lastMs = now();
      say(line);
    }
  };
  const report = (event: RunEvent): void => {
    switch (event.kind) {
      case 'device':
        return say(event.device.reason);
      case 'stages':
        titles = new Map(event.stages.map(({ name, title }) => [name, title]));
        return;
      case 'stage':
        lastMs = event.state === 'started' ? -Infinity : lastMs;
        return event.state === 'done'
          ? say(`${titleOf(event.stage)}: done in ${elapsedText(event.ms / 1000)}`)
          : undefined;
      case 'progress':
        return update(describeProgress(titleOf(event.stage), event));
      case 'warning':
        return say(`Note: ${event.text}`);
      case 'scores':
      case 'clusters':
      case 'found':
        return;
    }
    event satisfies never;
  };
  return { report, say };
}

function describeProgress(title: string, event: Extract<RunEvent, { kind: 'progress' }>): string {
  const done = `${title}: ${count(event.done)} of ${count(event.total)} ${event.unit}`;
  const rate = event.rate === null ? '' : `, ${event.rate.toPrecision(3)} ${event.unit} a second`;
  const left = event.secondsLeft === null ? '' : `, ${elapsedText(event.secondsLeft)} left`;
  return done + rate + left;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** e.g. "12.3 s", "4 min 05 s", "1 h 02 min". */
export function elapsedText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
