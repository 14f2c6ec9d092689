/**
 * The model without layers, in whole runs: of made models in which a block changes nothing it is the best block and costs
 * nothing, on both backends; what cannot be run without layers says so.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forget } from '../../src/activations/cache.ts';
import type { Progress } from '../../src/base/abort.ts';
import type { Geometry } from '../../src/measures/geometry/field.ts';
import { defaultOptions, type DroppedFile, type RunOptions, type RunRequest } from '../../src/session/contract.ts';
import { readAnalysis } from '../../src/session/inputs/inputs.ts';
import { scoreLayers } from '../../src/session/stages/layers.ts';
import { leaveLayersOut } from '../../src/session/stages/leave-out.ts';
import { analyze, withInputs } from '../../src/session/stages/pipeline.ts';
import { prepare } from '../../src/session/stages/prepare.ts';
import { withChangedTensors } from '../fixtures/safetensors.ts';
import { exportFiles } from './export-fixtures.ts';
import { modelFiles } from './model-fixtures.ts';

beforeAll(() => forget(null));
afterAll(() => forget(null));

const words = ['warm', 'dull', 'sharp', 'cold', 'quick', 'slow'];

/** Rows of few lengths: each is kernels to compile on WebGPU. */
function dataFile(name: string, count: number, from: number): DroppedFile {
  const lines = Array.from({ length: count }, (_, at) => `a ${words[(from + at) % 6]} film again .\t${at % 2}`);
  return { path: `reviews/${name}`, file: new File([['sentence\tlabel', ...lines, ''].join('\n')], name) };
}

async function request(model: DroppedFile[], options: Partial<RunOptions> = {}): Promise<RunRequest> {
  const usual = { ...defaultOptions, device: 'wasm' as const, threads: 1, seeds: 2, thresholds: [-1] };
  const files = [...model, dataFile('train.tsv', 120, 0), dataFile('dev.tsv', 30, 120)];
  const without = { codeLength: false, probeless: false, usableInformation: false, mutualNeighbours: false };
  const asked = { ...usual, ...without, deltas: [{ layers: 1, neurons: 1 }], shortened: true, ...options };
  return { files, corrections: { task: 'sst-2' }, options: asked };
}

const quiet = () => undefined;

/** The model's files with some tensors filled with 0, others with 1. */
async function made(name: string, { zeros, ones }: { zeros: RegExp; ones?: RegExp }): Promise<DroppedFile[]> {
  const files = await modelFiles(name);
  const changed = files.map(async ({ path, file }): Promise<DroppedFile> => {
    if (!path.endsWith('.safetensors')) return { path, file };
    const bytes = withChangedTensors(new Uint8Array(await file.arrayBuffer()), (tensor) =>
      zeros.test(tensor) ? 0 : ones?.test(tensor) ? 1 : null,
    );
    return { path, file: new File([bytes], file.name) };
  });
  return Promise.all(changed);
}

/** Layers 2 and 3 of four add nothing to what they are given. */
const idleModern = () => made('modernbert', { zeros: /layers\.[12]\.(attn|mlp)\.Wo\.weight$/ });
/** Layer 2 of three: what it is given is normalised, and it normalises that once more. */
const idleBert = () =>
  made('bert', {
    zeros:
      /layer\.(1\.(attention\.)?output\.dense\.(weight|bias)|1\.attention\.output\.LayerNorm\.bias|[01]\.output\.LayerNorm\.bias)$/,
    ones: /layer\.(1\.attention\.output\.LayerNorm\.weight|[01]\.output\.LayerNorm\.weight)$/,
  });

test('two layers that add nothing are the best block, and leaving them out costs nothing', async () => {
  const shares: number[] = [];
  const fields: string[] = [];
  const found = await analyze(await request(await idleModern()), (event) => {
    if (event.kind === 'progress' && event.stage === 'leave-out') shares.push(event.share);
    if (event.kind === 'found') fields.push(event.field);
  });
  const { lengths } = found.shortened!;
  expect(lengths.map(({ length, best }) => [length, best.first]).slice(0, 2)).toEqual([
    [1, 1],
    [2, 1],
  ]);
  const whole = found.layers.individual[4].test.accuracy!;
  expect(whole.mean).toBeGreaterThan(0.7);
  for (const { length, best, top } of lengths.slice(0, 2)) {
    const own = best.test.accuracy!;
    expect(own.seeds).toHaveLength(2);
    expect(Math.abs(own.mean! - whole.mean!)).toBeLessThanOrEqual(whole.deviation!);
    expect(best.seeds!.every(({ p }) => p === 1)).toBe(true);
    expect(top!.first).toBe(4 - length);
    expect(top!.seeds).toHaveLength(2);
  }
  expect(fields).toContain('shortened');
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(found.timings.map(({ stage }) => stage)).toContain('leave-out');
}, 120_000);

const once = { protocol: 'paper', seeds: 1, leftOutLengths: 1 } as const;

test('a layer of BERT that changes nothing; cut at the top, the last vectors are those of a layer below', async () => {
  const found = await analyze(await request(await idleBert(), once), quiet);
  const [{ length, best, top }] = found.shortened!.lengths;
  expect([length, best.first, top!.first]).toEqual([1, 1, 2]);
  const [, , below, whole] = found.layers.individual;
  expect(best.test).toEqual(whole.test);
  expect([top!.train, top!.dev, top!.test]).toEqual([below.train, below.dev, below.test]);
}, 120_000);

test('the same on WebGPU, the stage alone', async () => {
  const asked = await request(await idleBert(), { ...once, device: 'webgpu' });
  const angularDistance = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i + j === 3 ? 0.1 : 0.5)));
  const read = (progress: Progress) => readAnalysis(asked, progress);
  const [place, layers, { lengths }] = await withInputs(asked, [], read, quiet, async (inputs, context) => {
    const prepared = await prepare(inputs, inputs.plan, context);
    const trained = await scoreLayers(context, prepared);
    const geometry = { angularDistance } as Geometry;
    const found = await leaveLayersOut(context, inputs, { ...prepared, layers: trained }, geometry);
    return [context.devices.report.backend, trained.individual, found] as const;
  });
  expect(place).toBe('webgpu');
  const [{ best, top }] = lengths;
  expect([best.first, best.test]).toEqual([1, layers[3].test]);
  expect([top!.first, top!.test]).toEqual([2, layers[2].test]);
}, 120_000);

test('an export is analysed without it, and says so; without the geometry nothing starts', async () => {
  const found = await analyze(await request(await exportFiles('bert-hidden'), once), quiet);
  expect(found.shortened).toBeUndefined();
  expect(found.warnings.join()).toContain('The model was not run without layers: its graph is an ONNX export');
  expect(found.timings.map(({ stage }) => stage)).not.toContain('leave-out');
  const without = await request(await exportFiles('bert-hidden'), { ...once, geometry: false });
  await expect(analyze(without, quiet)).rejects.toMatchObject({ code: 'bad-option' });
}, 120_000);
