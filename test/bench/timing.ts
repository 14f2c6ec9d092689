/**
 * `npm run bench:timing -- [arguments of npm run time]`: times of the encoder by depth beside a stopwatch outside. ONNX
 * Runtime of Python (PYTHON names one that has it) runs the very graphs and batches at three depths; printed are the ratios
 * between depths, there and here, and how far the medians of two times here lie apart. With made numbers (`--train-rows` …)
 * these alone are trained on, and the memory of command and browser is printed at every tenth of the time. It never judges.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { browserArguments, findBrowser } from '../../headless/browser.ts';
import { buildIfNeeded } from '../../headless/build.ts';
import { runCommand } from '../../headless/command.ts';
import { withPage, type InputFile } from '../../headless/drive.ts';
import { collectInputs } from '../../headless/inputs.ts';
import { parseTime, type TimeCommand } from '../../headless/options.ts';
import { root } from '../../headless/serve.ts';
import { timeUsage } from '../../headless/usage.ts';
import { latencyOf, throughputOf } from '../../src/timing/costs.ts';
import type { DepthSeries, Timing } from '../../src/run/run-file.ts';
import type { Corrections, RunOptions } from '../../src/session/contract.ts';
import { watchMemory } from '../reference/long/memory.ts';
import type * as Graphs from './timing-graphs.ts';

const python = process.env.PYTHON ?? 'python3';
/** On both sides: two threads on two cores that other work shares wait for each other, and that is what would be timed. */
const threads = 1;

await runCommand(false, async ({ signal, progress }) => {
  const own = ['--device', 'wasm', '--threads', String(threads), '--out', 'none.json'];
  const command = parseTime([...process.argv.slice(2), ...own]);
  if (!command) return { text: timeUsage, fields: {} };
  const { inputs, corrections } = await collectInputs(command.inputs);
  await buildIfNeeded(progress.say, signal);
  const drive = { device: 'wasm' as const, cache: null, inputs, report: progress.report, signal };
  const { options, extent, made } = command;
  if (made) {
    const few = { rows: 1, repeats: 1 };
    const work = () => withPage(drive, (page) => page.time(corrections, options, { extent: few, made }));
    const { value, lines } = await withMemory(work);
    const trained = value.classifiers.filter((one) => one.made);
    const texts = trained.map(({ features, rows, classes, epochs, training }) => {
      const size = `${features} features, ${rows} rows, ${classes} classes, ${epochs} epochs`;
      return `${size}: ${(training.median / 1000).toFixed(1)} s`;
    });
    return { text: [...texts, ...lines].join('\n'), fields: {} };
  }
  const times = (): Promise<Timing> =>
    withPage(drive, (page) => page.time(corrections, options, { extent, made: null }));
  const first = await times();
  const ways = [...new Set([latencyOf(first), throughputOf(first)])].filter((way) => way !== null);
  const outside = await stopwatch(inputs, corrections, command, ways);
  const second = await times();
  const lines = ways.flatMap((way, index) => [
    '',
    `${way.batch} row${way.batch === 1 ? '' : 's'} together`,
    ...ratioLines(way, outside.medians[index]),
    ...twiceLines(way, second),
  ]);
  return { text: [`ONNX Runtime ${outside.version} of Python beside Winnow`, ...lines].join('\n'), fields: {} };
});

/** What command and browser hold, by tenths of the time that the work takes. */
async function withMemory<T>(work: () => Promise<T>): Promise<{ value: T; lines: string[] }> {
  const watch = watchMemory(process.pid);
  const samples: number[] = [];
  let ended = false;
  const looking = (async () => {
    while (!ended) {
      samples.push(await watch.now());
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  })();
  try {
    const value = await work();
    const tenths = Array.from({ length: 11 }, (_, tenth) => samples[Math.floor((tenth * (samples.length - 1)) / 10)]);
    const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
    return { value, lines: [`memory by tenths of the time: ${tenths.map(mib).join(', ')}`] };
  } finally {
    ended = true;
    await looking;
    await watch.stop();
  }
}

/** Ratios of three depths to the deepest, and how far ours is from that outside. */
function ratioLines({ depths }: DepthSeries, outside: Record<string, number>): string[] {
  const measured = Object.keys(outside).map(Number);
  const last = Math.max(...measured);
  return measured.map((depth) => {
    const theirs = outside[depth] / outside[last];
    const ours = depths[depth].wall.median / depths[last].wall.median;
    return `  depth ${depth} of ${last}: outside ${theirs.toFixed(3)}, here ${ours.toFixed(3)}, apart by ${apart(ours, theirs)}`;
  });
}

function twiceLines({ batch, depths }: DepthSeries, second: Timing): string[] {
  const again = second.encoder?.series.find((series) => series.batch === batch && series.padded === null);
  if (!again) return [`  the second time another batch was best; of ${batch} rows there are no times`];
  const differences = depths.map(({ wall }, depth) => apart(again.depths[depth].wall.median, wall.median));
  return [`  the same twice, medians apart by ${differences.join(', ')}`];
}

function apart(a: number, b: number): string {
  return `${(100 * Math.abs(a / b - 1)).toFixed(1)} %`;
}

/** Writes graphs, weights and batches as the page has them, and times them in Python. */
async function stopwatch(
  inputs: readonly InputFile[],
  corrections: Corrections,
  { options, extent }: TimeCommand,
  ways: readonly DepthSeries[],
): Promise<{ version: string; medians: Record<string, number>[] }> {
  const layers = ways[0].depths.length - 1;
  const depths = [...new Set([Math.max(1, Math.round(layers / 3)), Math.max(1, Math.round((2 * layers) / 3)), layers])];
  const folder = await mkdtemp(join(tmpdir(), 'winnow-timing-'));
  const { executablePath, env } = await findBrowser();
  const server = await createServer({ root, logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
  await server.listen();
  const browser = await chromium.launch({ executablePath, env, args: browserArguments });
  try {
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls!.local[0]);
    await page.setContent('<input type="file" multiple>');
    await page.setInputFiles(
      'input',
      inputs.map(({ location }) => location),
    );
    const paths = inputs.map(({ path }) => path);
    const asked = { paths, corrections, options, rows: extent.rows, depths, batches: ways.map(({ batch }) => batch) };
    const { graphs, feeds } = await page.evaluate(graphsInPage, asked);
    for (const { depth, bytes, weights } of graphs) {
      await writeFile(join(folder, `${depth}.onnx`), Buffer.from(bytes, 'base64'));
      for (const { name, file, start, end } of weights) {
        const source = await open(inputs[file].location);
        const buffer = Buffer.alloc(end - start);
        await source.read(buffer, 0, buffer.length, start);
        await source.close();
        await writeFile(join(folder, name), buffer);
      }
    }
    await writeFile(join(folder, 'feeds.json'), JSON.stringify(feeds));
    const args = [join(root, 'test/bench/timing.py'), folder, '--threads', String(threads)];
    const { stdout } = await promisify(execFile)(python, args);
    return JSON.parse(stdout) as { version: string; medians: Record<string, number>[] };
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** Runs in the page, in the dev server's own modules. */
async function graphsInPage(asked: {
  paths: string[];
  corrections: Corrections;
  options: RunOptions;
  rows: number | undefined;
  depths: number[];
  batches: number[];
}): Promise<Awaited<ReturnType<typeof Graphs.graphsOf>>> {
  const module = '/test/bench/timing-graphs.ts';
  const { graphsOf } = (await import(/* @vite-ignore */ module)) as typeof Graphs;
  const files = [...document.querySelector('input')!.files!].map((file, at) => ({ path: asked.paths[at], file }));
  return graphsOf({ ...asked, files });
}
