/** Feeds targets and judges what comes of it: a value or a typed refusal, in time, without much memory. */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { WinnowError } from '../../src/base/errors.ts';
import { InputSource, type FuzzInput } from '../../test/fuzz/mutate.ts';
import type { FuzzTarget } from '../../test/fuzz/target.ts';

/** Of the processor, so that a busy machine does not count. */
const longestMs = 2000;
const mostGrownBytes = 512 * 2 ** 20;

/** What is wrong with an input; `crash` and `hang` are seen from outside, `ended`: the library that the page ends. */
export type FaultKind = 'wrong' | 'slow' | 'memory' | 'crash' | 'hang' | 'ended';

export interface Fault {
  kind: FaultKind;
  target: string;
  detail: string;
}

/** A failing input, as it is written down. */
export interface FaultFile extends Fault {
  /** As of the target: a hang or a stop of it is the page's to end. */
  apart: boolean;
  seed: number;
  index: number;
  files: { path: string; base64: string }[];
}

/** What a child is asked to do; `one` writes its input down first, `many` says in an open file how far it is. */
export type Order = Many | One | Replay;

interface Many extends Targets {
  do: 'many';
  seed: number;
  from: number;
  to: number;
  /** Number of the file that is open for writing. */
  progress: number;
}

interface One extends Targets {
  do: 'one';
  seed: number;
  index: number;
  file: string;
}

interface Replay extends Targets {
  do: 'replay';
  file: string;
}

interface Targets {
  /** The module that exports them, from the root. */
  targets: string;
  /** One of them by name, or all. */
  only: string | null;
}

export type Report =
  | { said: 'fault'; index: number; fault: Fault }
  | { said: 'counts'; counts: Record<string, number> }
  | { said: 'done' };

type Say = (report: Report) => void;

/** Does what is ordered; at a fault it stops, and the next child goes on behind it. */
export async function follow(order: Order, say: Say): Promise<void> {
  const { fuzzTargets } = (await import(/* @vite-ignore */ order.targets)) as { fuzzTargets: FuzzTarget[] };
  const fed = fuzzTargets.filter(({ name }) => order.only === null || name === order.only);
  if (fed.length === 0) throw new Error(`There is no target ${order.only}.`);
  switch (order.do) {
    case 'many':
      await many(new InputSource(fed), order, say);
      break;
    case 'one': {
      const { seed, index, file } = order;
      const input = await new InputSource(fed).input(seed, index);
      const { name: target, apart = false } = input.target;
      write(file, { seed, index, kind: 'crash', target, apart, detail: 'not judged yet' }, input);
      await alone(input, index, say);
      break;
    }
    case 'replay':
      await alone(stored(fuzzTargets, order.file), 0, say);
      break;
    default:
      order satisfies never;
  }
  say({ said: 'done' });
}

/** The target's first seed pays for what is loaded and compiled. */
async function alone(input: FuzzInput, index: number, say: Say): Promise<void> {
  const [first] = await input.target.seeds();
  await input.target.check(first);
  const fault = await judge(input);
  if (fault) say({ said: 'fault', index, fault });
}

async function many(source: InputSource, { seed, from, to, progress }: Many, say: Say): Promise<void> {
  let counts: Record<string, number> = {};
  const place = new Float64Array(2);
  for (let index = from; index < to; index++) {
    const input = await source.input(seed, index);
    place.set([index, input.target.apart ? 1 : 0]);
    writeSync(progress, place, 0, place.byteLength, 0);
    const { name } = input.target;
    counts[name] = (counts[name] ?? 0) + 1;
    const fault = await judge(input);
    if (fault) say({ said: 'fault', index, fault });
    if (fault === null && index % 500 !== 499 && index !== to - 1) continue;
    say({ said: 'counts', counts });
    counts = {};
    if (fault) return;
    // Messages go out, timers run.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** null: nothing is wrong. */
export async function judge({ target, drop }: FuzzInput): Promise<Fault | null> {
  const { name } = target;
  const before = heapBytes();
  const peakBefore = peakBytes();
  const started = process.cpuUsage();
  try {
    await target.check(drop);
  } catch (error) {
    const isEnded = target.apart && error instanceof WinnowError && error.code === 'worker-crashed';
    return { kind: isEnded ? 'ended' : 'wrong', target: name, detail: inWords(error) };
  }
  const { user, system } = process.cpuUsage(started);
  const ms = (user + system) / 1000;
  if (ms > longestMs) return { kind: 'slow', target: name, detail: `${Math.round(ms)} ms` };
  const grown = Math.max(heapBytes() - before, peakBytes() - peakBefore);
  if (grown <= mostGrownBytes) return null;
  return { kind: 'memory', target: name, detail: `${Math.round(grown / 2 ** 20)} MiB` };
}

/** Of JavaScript and of buffers, whether they were written to or not. */
function heapBytes(): number {
  const { used_heap_size: used, external_memory: external } = getHeapStatistics();
  return used + external;
}

/** Of the whole process since it began. */
function peakBytes(): number {
  return 1024 * process.resourceUsage().maxRSS;
}

function inWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function write(file: string, fault: Omit<FaultFile, 'files'>, { drop }: FuzzInput): void {
  const files = drop.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') }));
  writeFileSync(file, JSON.stringify({ ...fault, files } satisfies FaultFile, null, 1));
}

function stored(fuzzTargets: readonly FuzzTarget[], file: string): FuzzInput {
  const { target: name, files } = JSON.parse(readFileSync(file, 'utf8')) as FaultFile;
  const target = fuzzTargets.find((own) => own.name === name);
  if (!target) throw new Error(`There is no target ${name}.`);
  const drop = files.map(({ path, base64 }) => ({ path, bytes: new Uint8Array(Buffer.from(base64, 'base64')) }));
  return { target, drop };
}
