/** ONNX exports through a whole session, on the command line and on the page, in every layout that exporters leave. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { parseRun } from '../../src/run/run-file.ts';
import { tensorsOf } from '../fixtures/tensors.ts';
import { dataFolder, modelFolder, ownFolder, run } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { extract } from './support/extract.ts';
import { alarms, downloadedRun, drop, wholeRun } from './support/page.ts';

const fixtures = join(root, 'test/fixtures');
const { open } = useBrowser();

/** A model folder with exports, and without the safetensors that they were made from. */
async function exportFolder(parent: string, origin: string, exports: Record<string, string>): Promise<string> {
  const folder = join(parent, `exported-${origin}`);
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const name of ['config.json', 'tokenizer.json']) {
    await cp(join(fixtures, 'models', origin, name), join(folder, name));
  }
  for (const [to, from] of Object.entries(exports)) await cp(join(fixtures, 'exports', from), join(folder, to));
  return folder;
}

/** Optimum and transformers.js put an underscore where PyTorch puts a dot; the graph names the file. */
async function renameData(folder: string): Promise<void> {
  const path = join(folder, 'onnx/model.onnx');
  const text = await readFile(path, 'latin1');
  expect(text).toContain('model.onnx.data');
  await writeFile(path, text.replaceAll('model.onnx.data', 'model.onnx_data'), 'latin1');
}

interface Given {
  model: string;
  data: string;
  folder: string;
  more?: string[];
}

/** Of the twenty rows of dev.tsv, [rows, layers, hidden]. */
async function activations({ model, data, folder, more = [] }: Given): Promise<number[]> {
  const out = join(folder, 'activations.safetensors');
  await extract(['--model', model, '--data', data, '--task', 'sst-2', ...more], [{ role: 'dev', out }]);
  return (await tensorsOf(out))('activations');
}

function relativeError(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours).toHaveLength(theirs.length);
  return Math.hypot(...theirs.map((value, at) => ours[at] - value)) / Math.hypot(...theirs);
}

describe('on the command line', () => {
  test('model.onnx, alone or one of several in onnx/, gives the activations of the safetensors', async () => {
    const folder = await ownFolder();
    const data = await dataFolder(folder, { train: 4, dev: 20 });
    const twin = await activations({ model: await modelFolder(folder), data, folder });
    expect(twin).toHaveLength(20 * 4 * 32);

    const beside = await ownFolder();
    const alone = await exportFolder(beside, 'bert', { 'model.onnx': 'bert-decomposed/model.onnx' });
    expect(relativeError(await activations({ model: alone, data, folder }), twin)).toBeLessThan(1e-5);

    const model = await exportFolder(folder, 'bert', {
      'onnx/decoder_model.onnx': 'xlnet-decomposed/model.onnx',
      'onnx/model.onnx': 'bert-hidden/model.onnx',
      'onnx/model_fp16.onnx': 'xlnet-decomposed/model.onnx',
      'onnx/model_optimised.onnx': 'bert-optimised/model.onnx',
    });
    expect(relativeError(await activations({ model, data, folder }), twin)).toBeLessThan(1e-5);
    const more = ['--weights', 'onnx/model_optimised.onnx'];
    const optimised = await activations({ model, data, folder, more });
    expect(relativeError(optimised, twin)).toBeLessThan(1e-5);
  });

  test('weights beside the graph; without them, what to add', async () => {
    const folder = await ownFolder();
    const data = await dataFolder(folder, { train: 4, dev: 20 });
    const model = await exportFolder(folder, 'roberta', { 'onnx/model.onnx': 'roberta-external/model.onnx' });
    await renameData(model);
    const args = ['--model', model, '--data', data, '--task', 'sst-2', '--file', 'dev'];
    const { code, stderr } = await run('extract', [...args, '--out', join(folder, 'a.npy'), '--device', 'wasm']);
    expect(stderr).toContain('`model.onnx_data` is missing: `model.onnx` keeps weights in it.');
    expect(stderr).toContain("Add model.onnx_data from the model's folder.");
    expect(code).toBe(3);

    await cp(join(fixtures, 'exports/roberta-external/model.onnx.data'), join(model, 'onnx/model.onnx_data'));
    const twin = join(folder, 'roberta');
    await mkdir(twin);
    for (const name of ['config.json', 'tokenizer.json', 'model.safetensors']) {
      await cp(join(fixtures, 'models/roberta', name), join(twin, name));
    }
    const theirs = await activations({ model: twin, data, folder });
    expect(relativeError(await activations({ model, data, folder }), theirs)).toBeLessThan(1e-5);
  });

  test('a whole analysis equals that of the safetensors, and a second one extracts nothing', async () => {
    const folder = await ownFolder();
    const data = await dataFolder(folder, { train: 60, dev: 20 });
    const model = await exportFolder(folder, 'bert', { 'onnx/model.onnx': 'bert-decomposed/model.onnx' });
    const smaller = join(folder, 'smaller');
    const reduced = ['--reduce', smaller, '--dtype', 'float32,float16,int8'];
    const analyse = async (of: string, options: string[] = []) => {
      const out = join(folder, 'result');
      const args = ['--model', of, '--data', data, '--task', 'sst-2', '--out', out, '--force', '--device', 'wasm'];
      const more = ['--seeds', '1', '--protocol', 'paper', '--cache', join(folder, 'cache'), '--no-figures'];
      const { code, stderr } = await run('analyze', [...args, ...more, ...options]);
      expect([code, stderr]).toEqual([0, expect.stringContaining('Extract every layer')]);
      return parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');
    };
    const twin = await analyse(await modelFolder(folder));
    const first = await analyse(model, reduced);
    const again = await analyse(model);
    expect(first.model).toMatchObject({ name: 'exported-bert', architecture: 'bert', layers: 3, hidden: 32 });
    expect(first.model.parameters).toBe(twin.model.parameters);
    expect(first.model.sha256).toMatch(/^[\da-f]{64}$/);
    expect(first.model.sha256).not.toBe(twin.model.sha256);
    expect(first.layers.individual.map(({ test }) => test.accuracy)).toEqual(
      twin.layers.individual.map(({ test }) => test.accuracy),
    );
    const rows = [twin, first, again].map(({ timings }) => timings.find(({ stage }) => stage === 'extract')?.rows);
    expect(rows).toEqual([80, 80, 0]);

    // The smaller model of an export: its very files on the test rows, row by row against the run's probe.
    const [{ measurement }] = first.reduced ?? [];
    expect(measurement?.files.map(({ dtype }) => dtype)).toEqual(['float32', 'float16', 'int8']);
    const [exact] = measurement?.files ?? [];
    expect(exact.disagreeing).toBe(0);
    expect(exact.farthest).toBeLessThan(1e-4);
  });
});

test('on the page: the file that is used is named and can be changed, and the run says which it was', async () => {
  const folder = await ownFolder();
  const data = await dataFolder(folder, { train: 60, dev: 20 });
  const model = await exportFolder(folder, 'bert', {
    'onnx/model.onnx': 'bert-hidden/model.onnx',
    'onnx/model_quantized.onnx': 'bert-decomposed/model.onnx',
  });
  const page = await open();
  await drop(page, [model, data]);
  const card = page.getByTestId('model-card');
  await expect.poll(() => card.innerText()).toContain('outputs of the export');
  expect(await card.innerText()).toMatch(/ONNX export, F32, 4\d\d\skB/);
  expect(await page.locator('main').innerText()).toContain('model.onnx is used; model_quantized.onnx is not');
  await page.getByTestId('weights').selectOption('exported-bert/onnx/model_quantized.onnx');
  await expect.poll(() => card.innerText()).toContain('found inside the export by its layer normalisations');
  expect(await alarms(page)).toEqual([]);
  await wholeRun(page);
  const { model: facts, oracle } = await downloadedRun(page);
  expect(facts).toMatchObject({ name: 'exported-bert', architecture: 'bert', layers: 3, hidden: 32 });
  expect(oracle.test.accuracy?.mean).toBeGreaterThan(0);
});
