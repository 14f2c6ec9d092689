/** Events of a run as lines on standard error: rewritten in place on a terminal, one every few seconds in a log. */
import { secondsLeft, type StageTime } from '../src/run/time-left.ts';
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

/** Names come from others' files: nothing in them steers a terminal. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
}

export function createProgressPrinter(terminal: Terminal, now: () => number = Date.now): ProgressPrinter {
  let open = false;
  let lastMs = -Infinity;
  let stages = new Map<string, StageTime & { title: string }>();
  const titleOf = (stage: string): string => stages.get(stage)?.title ?? stage;
  const change = (name: string, to: Partial<StageTime>): void => {
    const stage = stages.get(name);
    if (stage) stages.set(name, { ...stage, ...to });
  };

  const say = (line: string): void => {
    terminal.write(`${open ? '\r\x1b[2K' : ''}${printable(line)}\n`);
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
        stages = new Map(event.stages.map((stage) => [stage.name, { ...fresh, ...stages.get(stage.name), ...stage }]));
        return;
      case 'stage':
        change(event.stage, event.state === 'done' ? { state: 'done', ms: event.ms } : { state: 'now' });
        lastMs = event.state === 'started' ? -Infinity : lastMs;
        return event.state === 'done'
          ? say(`${titleOf(event.stage)}: done in ${elapsedText(event.ms / 1000)}`)
          : undefined;
      case 'progress':
        change(event.stage, { progress: event });
        return update(describeProgress(titleOf(event.stage), event, secondsLeft([...stages.values()])));
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

const fresh = { state: 'to come', progress: null } as const;

/** @param inAll seconds left of the whole run. */
function describeProgress(title: string, event: Extract<RunEvent, { kind: 'progress' }>, inAll: number | null): string {
  const done = `${title}: ${count(event.done)} of ${count(event.total)} ${event.unit}`;
  const rate = event.rate === null ? '' : `, ${event.rate.toPrecision(3)} ${event.unit} a second`;
  const left = event.secondsLeft === null ? '' : `, ${elapsedText(event.secondsLeft)} left`;
  const whole = left === '' || inAll === null ? '' : ` (${elapsedText(inAll)} of the whole run)`;
  return done + rate + left + whole;
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
