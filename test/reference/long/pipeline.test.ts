/**
 * The whole published pipeline on SST-2 with minilm-sst2, through the command line, against what the published scripts'
 * own functions gave on the same activations (`golden/sst2/published.json`, three torch seeds). Takes many minutes.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllResults } from '../../../src/published/all-results.ts';
import { parseRun, type RunFile, type SelectionEntry, type SplitScores } from '../../../src/run/run-file.ts';
import { ownFolder, start } from '../../e2e/cli-process.ts';
import { watchMemory } from './memory.ts';

const shared = join(import.meta.dirname, '../../../../shared');
const splits = ['train', 'dev', 'test'] as const;

type Published = Record<(typeof splits)[number], number>;
/** Mean and deviation over seeds. */
type PublishedMeans = Record<(typeof splits)[number], [number, number]>;
interface PublishedSelection {
  base: Published;
  clusters: number | null;
  minimal: number;
  sizes: Record<string, Published>;
}
type PublishedSeed = { topLayer: number } & Record<'no-clustering' | 'clustering-0.30', PublishedSelection>;

const published = JSON.parse(readFileSync(join(shared, 'golden/sst2/published.json'), 'utf8')) as {
  oracle: PublishedMeans;
  individual: PublishedMeans[];
  concatenated: PublishedMeans[];
  selection: Record<'3-1' | '2-1' | '1-1', PublishedSeed[]>;
};
/** The pairs repeat each other there, because all chose one top layer and the clusters were drawn once. */
const seeds = published.selection['3-1'];

let result: RunFile;
let allResults: string;

/** A run made before with the same options (a folder of `npm run analyze`) spares the quarter of an hour. */
const made = process.env.WINNOW_PIPELINE_RUN;

test('analyze runs the pipeline in 6 GiB, browser included', async ({ annotate }) => {
  const out = made ?? (await analyse(annotate));
  result = parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');
  allResults = await readFile(join(out, 'all_results.json'), 'utf8');
  expect(result.data.instances).toEqual({ train: 60_614, dev: 6735, test: 872 });
});

async function analyse(annotate: (message: string) => Promise<unknown>): Promise<string> {
  const out = join(await ownFolder(), 'out');
  const began = performance.now();
  const { pid, ended } = start('analyze', [
    ...['--model', join(shared, 'models/minilm-sst2'), '--data', join(shared, 'data/glue/SST-2'), '--task', 'sst-2'],
    ...['--out', out, '--protocol', 'paper', '--clustering', '-1,0.3', '--deltas', '3:1,2:1,1:1'],
  ]);
  const memory = watchMemory(pid);
  const { code, stderr } = await ended;
  const bytes = await memory.stop();
  expect(code, stderr.slice(-2000)).toBe(0);
  await annotate(`${Math.round((performance.now() - began) / 1000)} s, ${(bytes / 2 ** 30).toFixed(2)} GiB at most`);
  expect(bytes).toBeLessThan(6 * 2 ** 30);
  return out;
}

test('oracle and every layer, within 0.5 points of the means over seeds', () => {
  const pairs: [SplitScores, PublishedMeans][] = [[result.oracle, published.oracle]];
  for (const kind of ['individual', 'concatenated'] as const) {
    result.layers[kind].forEach((own, layer) => pairs.push([own, published[kind][layer]]));
  }
  expect(pairs).toHaveLength(15);
  for (const [own, golden] of pairs) {
    for (const split of splits) {
      expect(Math.abs(own[split].accuracy!.mean! - golden[split][0])).toBeLessThanOrEqual(0.005);
    }
  }
});

test('the same top layer for every pair of deltas', () => {
  const tops = result.selection!.map(({ deltas, threshold, topLayer }) => [deltas.layers, threshold, topLayer]);
  expect(tops).toEqual(
    [3, 2, 1].flatMap((layers) => [-1, 0.3].map((threshold) => [layers, threshold, seeds[0].topLayer])),
  );
});

test('as many clusters, within 1 %', () => {
  for (const { representatives, threshold } of result.selection!) {
    if (threshold === -1) continue;
    const expected = seeds[0]['clustering-0.30'].clusters!;
    expect(Math.abs(representatives!.length - expected)).toBeLessThanOrEqual(0.01 * expected);
  }
});

/** Of the first pair, whose representatives are drawn as the golden's were. */
test.each(['no-clustering', 'clustering-0.30'] as const)('%s: scores and sizes', (key) => {
  const entry = result.selection![key === 'no-clustering' ? 0 : 1];
  const golden = seeds.map((seed) => seed[key]);
  near(
    entry.base,
    golden.map(({ base }) => base),
  );
  for (const { neurons, ...scores } of entry.sizes) {
    const own = golden.flatMap(({ sizes }) => (sizes[neurons] ? [sizes[neurons]] : []));
    if (own.length === 0) continue;
    if (neurons >= 26) near(scores, own);
    else between(scores, own);
  }
  const tried = entry.sizes.map(({ neurons }) => neurons);
  expect(tried).toEqual(expect.arrayContaining([2, 5, 8, 10, 13, 26]));
  expect(key === 'no-clustering' ? [26, 53] : [26, 53, 80]).toContain(entry.minimalSet.size);
});

test('without clustering every pair gives the same answer', () => {
  const [first, ...others] = result.selection!.filter(({ threshold }) => threshold === -1);
  for (const other of others) expect({ ...other, deltas: first.deltas }).toEqual(first);
});

test('all_results.json tells the same', () => {
  const opened = parseAllResults(allResults, 'all_results.json');
  expect(opened.shape).toEqual({ layers: 7, hidden: 384 });
  const minimal = ({ minimalSet }: SelectionEntry) => minimalSet.neurons;
  expect(opened.selection.map(minimal)).toEqual(result.selection!.map(minimal));
});

/** Within 0.7 points of the mean over seeds. */
function near(scores: SplitScores, golden: readonly Published[]): void {
  for (const split of splits) {
    const mean = golden.reduce((sum, own) => sum + own[split], 0) / golden.length;
    expect(Math.abs(scores[split].accuracy!.mean! - mean), split).toBeLessThanOrEqual(0.007);
  }
}

/** Between the seeds' minimum − 2 and maximum + 2 points: small probes differ by several points from seed to seed. */
function between(scores: SplitScores, golden: readonly Published[]): void {
  for (const split of splits) {
    const values = golden.map((own) => own[split]);
    const found = scores[split].accuracy!.mean!;
    expect(found, split).toBeGreaterThanOrEqual(Math.min(...values) - 0.02);
    expect(found, split).toBeLessThanOrEqual(Math.max(...values) + 0.02);
  }
}
