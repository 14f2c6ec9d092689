/**
 * Runs inputs in a process of their own, ends it when it hangs and starts the next behind the input that it stopped at.
 * Every fault is tried again alone, in a fresh process, and written down with its input.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, FaultFile, Order, Report } from './judge.ts';

const loadMs = 120_000;
/** As long as the page waits for an HDF5 file, and what a busy machine takes. */
const apartMs = 5000;
const watchMs = 250;
/** Behind so many a run ends: they want to be looked at first. */
const mostFindings = 100;

export interface Finding extends Fault {
  index: number;
  /** The input; null where a library was ended that the page ends too. */
  file: string | null;
  /** Whether it failed alone as well. */
  confirmed: boolean;
}

/** How inputs are fed. */
export interface Feed extends Pick<Order, 'targets' | 'only'> {
  /** What takes longer by the wall clock hangs; long enough for 2 s of the processor on a busy machine. */
  patienceMs: number;
}

export const usualFeed: Feed = { targets: '/test/fuzz/targets/list.ts', only: null, patienceMs: 20_000 };

export interface FuzzRun {
  seed: number;
  /** Where failing inputs are written. */
  folder: string;
  /** Inputs at most, from the first. */
  count: number;
  first: number;
  /** When to stop, as `Date.now()` tells it. */
  until: number;
  tell(done: number, findings: number): void;
}

export interface FuzzOutcome {
  /** Inputs fed. */
  done: number;
  byTarget: Map<string, number>;
  findings: Finding[];
}

export async function fuzz(
  { seed, folder, count, first, until, tell }: FuzzRun,
  feed = usualFeed,
): Promise<FuzzOutcome> {
  mkdirSync(folder, { recursive: true });
  const byTarget = new Map<string, number>();
  const findings: Finding[] = [];
  const end = first + count;
  const progressFile = join(folder, `.progress-${process.pid}`);
  const begin = (index: number): void => writeFileSync(progressFile, new Uint8Array(Float64Array.of(index, 0).buffer));
  begin(first);
  const progress = openSync(progressFile, 'r');
  const reached = (): Place => {
    const place = new Float64Array(2);
    readSync(progress, place, 0, place.byteLength, 0);
    return { index: place[0], apart: place[1] === 1 };
  };
  let next = first;
  try {
    while (next < end && Date.now() < until && findings.filter(({ file }) => file !== null).length < mostFindings) {
      begin(next);
      const seen: { index: number; fault: Fault }[] = [];
      const { outcome, complaint } = await child({ do: 'many', seed, from: next, to: end, progress: 3 }, feed, {
        progressFile,
        place: reached,
        until,
        report(report) {
          if (report.said === 'fault') seen.push(report);
          if (report.said !== 'counts') return;
          for (const [name, own] of Object.entries(report.counts)) byTarget.set(name, (byTarget.get(name) ?? 0) + own);
          tell(reached().index + 1 - first, findings.length + seen.length);
        },
      });
      const { index, apart } = reached();
      next = outcome === 'late' ? index : index + 1;
      const fault = faultOf(outcome, complaint);
      if (fault?.kind === 'hang' && apart)
        findings.push({ ...fault, kind: 'ended', index, file: null, confirmed: true });
      else if (fault) seen.push({ index, fault });
      for (const one of seen) {
        const finding = await confirm({ seed, index: one.index, folder }, one.fault, feed);
        if (finding) findings.push(finding);
      }
    }
  } finally {
    closeSync(progress);
    rmSync(progressFile);
  }
  return { done: next - first, byTarget, findings };
}

/** Tries an input alone and writes it down; null: it only waited for a busy machine. */
async function confirm(
  { seed, index, folder }: Pick<FuzzRun, 'seed' | 'folder'> & { index: number },
  first: Fault,
  feed: Feed,
): Promise<Finding | null> {
  const file = join(folder, `${seed}-${index}.json`);
  const alone = await tried({ do: 'one', seed, index, file }, feed);
  const stored = JSON.parse(readFileSync(file, 'utf8')) as FaultFile;
  const fault = { ...(alone ?? first), target: stored.target };
  if (first.kind === 'hang' && alone === null) {
    rmSync(file);
    return null;
  }
  if (stored.apart && (fault.kind === 'ended' || fault.kind === 'hang')) {
    rmSync(file);
    return { ...fault, kind: 'ended', index, file: null, confirmed: alone !== null };
  }
  writeFileSync(file, JSON.stringify({ ...stored, ...fault }, null, 1));
  return { ...fault, index, file, confirmed: alone !== null };
}

/** The fault of one stored input; null: none. */
export function replay(file: string, feed = usualFeed): Promise<Fault | null> {
  return tried({ do: 'replay', file }, feed);
}

async function tried(order: Task, feed: Feed): Promise<Fault | null> {
  let fault: Fault | null = null;
  const { outcome, complaint } = await child(order, feed, {
    progressFile: null,
    place: () => ({ index: 0, apart: false }),
    until: Infinity,
    report: (report) => {
      if (report.said === 'fault') fault = report.fault;
    },
  });
  return faultOf(outcome, complaint) ?? fault;
}

/** What is seen from outside. */
function faultOf(outcome: Outcome, complaint: string): Fault | null {
  if (outcome === 'done' || outcome === 'late') return null;
  return { kind: outcome, target: '', detail: complaint.trim() || 'seen from outside' };
}

/** `late`: the time was over before it was done. */
type Outcome = 'done' | 'hang' | 'crash' | 'late';

type Task = Order extends infer O ? (O extends Order ? Omit<O, 'targets' | 'only'> : never) : never;

interface Place {
  index: number;
  /** Whether its target is one that the page ends. */
  apart: boolean;
}

interface Watch {
  /** Where the child says how far it is; null: it does not. */
  progressFile: string | null;
  /** Changes as long as it goes on. */
  place(): Place;
  until: number;
  report(report: Report): void;
}

function child(task: Task, { targets, only, patienceMs }: Feed, { progressFile, place, until, report }: Watch) {
  const progress = progressFile === null ? 'ignore' : openSync(progressFile, 'r+');
  const started: ChildProcess = fork(join(import.meta.dirname, 'child.ts'), {
    execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
    stdio: ['ignore', 'ignore', 'pipe', progress, 'ipc'],
  });
  if (progress !== 'ignore') closeSync(progress);
  return new Promise<{ outcome: Outcome; complaint: string }>((resolve, reject) => {
    let outcome: Outcome = 'crash';
    let isLoaded = false;
    let complaint = '';
    let [last, since] = [place().index, Date.now()];
    const clock = setInterval(() => {
      const now = Date.now();
      const { index, apart } = place();
      if (index !== last) [last, since] = [index, now];
      if (now >= until) outcome = 'late';
      else if (now - since > (isLoaded ? (apart ? apartMs : patienceMs) : loadMs)) outcome = 'hang';
      else return;
      started.kill('SIGKILL');
    }, watchMs);
    started.stderr?.on('data', (data: Buffer) => (complaint = `${complaint}${data.toString()}`.slice(-4000)));
    started.on('error', reject);
    started.on('message', (message: Report | { said: 'ready' }) => {
      if (message.said === 'ready') {
        isLoaded = true;
        since = Date.now();
        started.send({ ...task, targets, only });
      } else if (message.said === 'done') outcome = 'done';
      else report(message);
    });
    started.on('close', (code) => {
      clearInterval(clock);
      const isOurs = code === 3 || (!isLoaded && outcome === 'crash');
      if (isOurs) reject(new Error(`The process for inputs failed.\n${complaint}`));
      else resolve({ outcome, complaint });
    });
  });
}
