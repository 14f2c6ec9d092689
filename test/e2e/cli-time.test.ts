/** `npm run time` on the tiny BERT: what it writes and prints, and what it refuses. How long anything takes is not judged. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { timingSchema, type Timing } from '../../src/run/timing.ts';
import { ownFolder, ownInputs, run } from './cli-process.ts';

const common = ['--task', 'sst-2', '--device', 'wasm', '--threads', '1'];

test('every depth and size is measured, printed and written; a second time asks for --force', async () => {
  const { folder, model, data } = await ownInputs();
  const out = join(folder, 'times.json');
  const extent = ['--rows', '9', '--repeats', '2', '--padded'];
  const made = ['--train-rows', '300', '--features', '3,40', '--classes', '4', '--epochs', '2'];
  const args = ['--model', model, '--data', data, ...common, ...extent, ...made, '--out', out];
  const { code, stdout, stderr } = await run('time', args, { npm: true });
  expect(stderr).not.toContain('[');
  expect(code).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(['reviews', 'times.json', 'tiny-bert']);

  const file = JSON.parse(await readFile(out, 'utf8')) as { model: object; task: string; timing: Timing };
  expect(file).toMatchObject({ format: 'winnow-timing', version: 1, task: 'sst-2' });
  expect(file.model).toMatchObject({ name: 'tiny-bert', architecture: 'bert', layers: 3, hidden: 32 });
  const timing = v.parse(timingSchema, file.timing);
  expect(timing.device).toMatchObject({ backend: 'wasm', threads: 1 });
  expect(timing.train).toEqual({ inputs: 180, rows: 180 });
  const { encoder, classifiers } = timing;
  expect(encoder).toMatchObject({ rows: 9, outputs: 1 });
  for (const { depths } of encoder!.series) {
    expect(depths.map(({ layers, wall }) => [layers, wall.samples.length])).toEqual([0, 1, 2, 3].map((k) => [k, 2]));
  }
  expect(encoder!.series.filter(({ batch, padded }) => batch === 1 && padded !== null)).toMatchObject([{ padded: 64 }]);
  const own = classifiers.filter((one) => !one.made);
  expect(own.filter(({ rows }) => rows === own[0].rows).map(({ features }) => features)).toEqual([1, 4, 16, 64, 128]);
  expect(classifiers.filter((one) => one.made)).toMatchObject([
    { features: 3, rows: 300, classes: 4, epochs: 2 },
    { features: 40, rows: 300, classes: 4, epochs: 2 },
  ]);

  expect(stdout).toContain('tiny-bert (bert, 3 layers of 32) on sst-2');
  expect(stdout).toMatch(/WebAssembly, 1 thread, Chrome [\d.]+, 9 rows of [\d.]+ tokens/);
  expect(stdout).toMatch(/^3 +\d/m);
  expect(stdout).toMatch(/^made +40 +300 +4 +2 +[\d.]+/m);
  expect(stdout).toContain(`Wrote ${out}.`);

  const before = await readFile(out, 'utf8');
  const again = await run('time', [...args, '--json']);
  expect(again.code).toBe(2);
  expect(JSON.parse(again.stdout)).toMatchObject({ ok: false, error: { code: 'output-exists' } });
  expect(await readFile(out, 'utf8')).toBe(before);
});

test('a command that cannot be meant is refused before anything is opened', async () => {
  const folder = await ownFolder();
  const named = ['--model', folder, '--data', folder, '--task', 'sst-2'];
  const refused = async (...more: string[]) => {
    const { code, stdout, stderr } = await run('time', [...named, ...more]);
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };
  expect(await refused('--out', join(folder, 'x.csv'))).toContain('Name a file that ends in .json.');
  const out = ['--out', join(folder, 'x.json')];
  expect(await refused(...out, '--features', '3,none')).toContain('--features is "none"');
  expect(await refused(...out, '--repeats', '0')).toContain('--repeats is "0"');
  expect(await refused(...out, '--file', 'dev')).toContain("Unknown option '--file'");
  expect(await readdir(folder)).toEqual([]);
});

test('sizes beyond any memory are refused by the page, and nothing is written', async () => {
  const { folder, model, data } = await ownInputs({ train: 20, dev: 4 });
  const out = join(folder, 'times.json');
  const args = ['--model', model, '--data', data, ...common, '--features', '70000', '--out', out];
  const { code, stderr } = await run('time', args);
  expect(stderr).toContain('Of features of made numbers there are 70000; there must be from 1 to 65536.');
  expect(code).toBe(2);
  expect((await readdir(folder)).sort()).toEqual(['reviews', 'tiny-bert']);
});

test('a model whose weights end early is named, and an older file stays as it was', async () => {
  const { folder, model, data } = await ownInputs({ train: 20, dev: 4 });
  const out = join(folder, 'times.json');
  await writeFile(out, 'old');
  await writeFile(join(model, 'model.safetensors'), 'torn');
  const { code, stderr } = await run('time', ['--model', model, '--data', data, ...common, '--out', out, '--force']);
  expect(stderr).toContain('model.safetensors');
  expect(code).toBe(3);
  expect(await readFile(out, 'utf8')).toBe('old');
});
