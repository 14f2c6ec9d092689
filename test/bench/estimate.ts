/**
 * `npm run bench:estimate -- [arguments of analyze]`: what a run is said to take and what it takes. Asks the page for its
 * estimate, runs at once with an empty cache, and prints each stage's expected and true seconds and the whole run's total
 * as the page foretells it on the way. It never judges.
 */
import { availableParallelism, loadavg } from 'node:os';
import { analysisInputs } from '../../headless/analysis-inputs.ts';
import { withPage } from '../../headless/drive.ts';
import { parseAnalyze } from '../../headless/options.ts';
import { secondsLeft, type StageTime } from '../../src/run/time-left.ts';
import type { RunEvent } from '../../src/session/contract.ts';

const command = parseAnalyze(process.argv.slice(2));
if (!command) throw new Error('Give the arguments of npm run analyze, or none for the demo.');
const { inputs, corrections, options } = await analysisInputs(command);

type Timed = StageTime & { name: string };
let stages: Timed[] = [];
let started = 0;
/** Seconds since the start, and the total that is foretold then. */
const foretold: { at: number; total: number | null }[] = [];

function change(name: string, to: Partial<Timed>): void {
  stages = stages.map((stage) => (stage.name === name ? { ...stage, ...to } : stage));
}

function report(event: RunEvent): void {
  if (event.kind === 'stages') {
    const before = new Map(stages.map((stage) => [stage.name, stage]));
    stages = event.stages.map((stage) => ({ state: 'to come', progress: null, ...before.get(stage.name), ...stage }));
  }
  if (event.kind === 'stage') {
    change(event.stage, event.state === 'done' ? { state: 'done', ms: event.ms } : { state: 'now' });
  }
  if (event.kind === 'progress') change(event.stage, { progress: event });
  const at = (performance.now() - started) / 1000;
  const left = secondsLeft(stages);
  foretold.push({ at, total: left === null ? null : at + left });
}

const cells = (...all: (string | number)[]): string =>
  all
    .map((cell, i) => (typeof cell === 'number' ? cell.toFixed(2) : cell)[i ? 'padStart' : 'padEnd'](i ? 10 : 14))
    .join('');

const drive = { device: options.device, cache: command.cache, inputs, report, signal: new AbortController().signal };
await withPage(drive, async (page) => {
  const { rates, estimate } = await page.estimate(corrections, options);
  started = performance.now();
  const { timings } = await page.run(corrections, options, rates);
  const truth = (performance.now() - started) / 1000;
  const rate = Object.entries(rates).map(([kind, value]) => `${kind} ${value.toPrecision(3)}`);
  const lines = [
    `load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores; a second: ${rate.join(', ')}`,
    cells('stage', 'expected', 'true', 'ratio', 'epochs'),
    ...timings.map(({ stage, ms, epochs }) => {
      const expected = stages.find(({ name }) => name === stage)?.seconds ?? 0;
      return cells(stage, expected, ms / 1000, (expected * 1000) / ms, epochs ?? '');
    }),
    cells('all', estimate.seconds, truth, estimate.seconds / truth),
    ...[0.05, 0.1, 0.25, 0.5, 0.75].map((share) => {
      const total = foretold.findLast(({ at }) => at <= share * truth)?.total ?? null;
      return cells(`foretold at ${share * 100} %`, total === null ? 'unknown' : total.toFixed(1));
    }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
});
