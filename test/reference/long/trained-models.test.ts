/**
 * Whole runs on SST-2 of a small ModernBERT and a small Qwen 3 that tools/goldens/trained.py trains (some minutes each): the
 * run's numbers and its smaller model against the libraries, by tools/goldens/check_run.py and check_reduced_run.py. PYTHON
 * names a Python with torch, transformers, SciPy, scikit-learn and onnxruntime; a folder that trained.py wrote before, named by
 * WINNOW_TRAINED_MODELS, spares the training.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandName } from '../../../src/options/kinds.ts';
import { parseRun } from '../../../src/run/run-file.ts';
import { ownFolder, run } from '../../e2e/cli-process.ts';

const root = join(import.meta.dirname, '../../..');
const data = join(root, '../shared/data/glue/SST-2');
const rows = ['--data', data, '--task', 'sst-2', '--rows', '10000'];
const made = process.env.WINNOW_TRAINED_MODELS;
let models: string;

beforeAll(async () => {
  models = made ?? (await mkdtemp(join(tmpdir(), 'winnow-trained-')));
  if (made === undefined) await python('trained.py', data, models);
});

afterAll(async () => {
  if (made === undefined) await rm(models, { recursive: true, force: true });
});

/** @returns what the script says. */
async function python(script: string, ...args: string[]): Promise<string> {
  const path = join(root, 'tools/goldens', script);
  return (await promisify(execFile)(process.env.PYTHON ?? 'python3', [path, ...args], { cwd: root })).stdout;
}

async function winnow(command: CommandName, ...args: string[]): Promise<void> {
  const { code, stderr } = await run(command, [...args, ...rows]);
  expect(code, stderr.slice(-2000)).toBe(0);
}

test.for([
  ['modernbert', 'first', 'refined'],
  ['qwen3', 'last', 'paper'],
] as const)('%s, by its %s token, %s', async ([name, pooling, protocol], { annotate }) => {
  const out = await ownFolder();
  const model = join(models, name);
  const [smaller, cache] = [join(out, 'smaller'), join(out, 'cache')];
  const extracted = ['train', 'dev'].map((file) => join(out, `${file}.safetensors`));
  const fixed = ['--model', model, '--cache', cache];
  await winnow(
    'analyze',
    ...fixed,
    '--protocol',
    protocol,
    '--seeds',
    '1',
    '--reduce',
    smaller,
    '--out',
    out,
    '--force',
  );
  for (const [at, file] of (['train', 'dev'] as const).entries())
    await winnow('extract', ...fixed, '--file', file, '--out', extracted[at]);
  const result = join(out, 'run.json');
  const { model: found, reduced, data: used } = parseRun(await readFile(result, 'utf8'), 'run.json');
  expect(found).toMatchObject({ architecture: name, pooling, lastLayer: 'normalised' });
  expect(used.instances).toEqual({ train: 9000, dev: 1000, test: 872 });
  expect(reduced).toMatchObject([{ measurement: { fineTuned: { labelsBy: 'name' }, files: [{ disagreeing: 0 }] } }]);
  await annotate(await python('check_run.py', result, model, data, ...extracted));
  await annotate(await python('check_reduced_run.py', result, model, smaller, join(data, 'dev.tsv')));
});
