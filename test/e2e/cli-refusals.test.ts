/** What the command line refuses, with which exit code and sentence; none of these may leave a file behind. */
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder, ownFolder, ownInputs, run } from './cli-process.ts';

describe('usage: exit 2', () => {
  test('the sentence is on standard error, standard output stays empty', async () => {
    const { code, stdout, stderr } = await run('extract', ['--model', 'm', '--data', 'd', '--task', 'sst2']);
    expect(stderr).toContain('--task is "sst2"');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('an existing result is refused without --force and stays as it is', async () => {
    const { folder, model, data } = await ownInputs({ train: 4, dev: 4 });
    const out = join(folder, 'old.safetensors');
    await writeFile(out, 'old');
    const args = ['--model', model, '--data', data, '--task', 'sst-2', '--file', 'dev', '--out', out, '--json'];
    const { code, stdout, stderr } = await run('extract', args);
    expect(code).toBe(2);
    expect(stderr).toContain('is there already');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'output-exists' } });
    expect(await readFile(out, 'utf8')).toBe('old');
  });
});

test('--help prints the options on standard output', async () => {
  const { code, stdout } = await run('analyze', ['--help'], { npm: true });
  expect(code).toBe(0);
  expect(stdout).toContain('--protocol NAME');
});

describe('bad input: exit 3', () => {
  test('a folder that is not there', async () => {
    const folder = await ownFolder();
    const args = ['--model', join(folder, 'none'), '--data', folder, '--task', 'sst-2', '--out', join(folder, 'x')];
    const { code, stderr } = await run('analyze', args);
    expect(stderr).toMatch(/The folder ".*none" cannot be read.*\[missing-file\]/s);
    expect(code).toBe(3);
  });

  test('weights that end early: the page names the file, nothing is written', async () => {
    const { folder, model, data } = await ownInputs({ train: 4, dev: 4 });
    await truncate(join(model, 'model.safetensors'), 300_000);
    const args = [
      '--model',
      model,
      '--data',
      data,
      '--task',
      'sst-2',
      '--file',
      'dev',
      '--out',
      join(folder, 'a.safetensors'),
    ];
    const { code, stderr } = await run('extract', args);
    expect(stderr).toContain('model.safetensors');
    expect(stderr).toContain('[bad-file]');
    expect(code).toBe(3);
    expect((await readdir(folder)).sort()).toEqual(['reviews', 'tiny-bert']);
  });

  test('no tokenizer: the page says what to add', async () => {
    const folder = await ownFolder();
    const data = await dataFolder(folder, { train: 4, dev: 4 });
    const args = ['--model', data, '--data', data, '--task', 'sst-2', '--out', join(folder, 'x'), '--json'];
    const { code, stdout } = await run('analyze', args);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'missing-file' } });
    expect(code).toBe(3);
    expect(await readdir(folder)).toEqual(['reviews']);
  });
});

test('no browser: exit 4 with what to do', async () => {
  const { folder, model, data } = await ownInputs({ train: 4, dev: 4 });
  const args = ['--model', model, '--data', data, '--task', 'sst-2', '--out', join(folder, 'x')];
  const { code, stderr } = await run('analyze', args, {
    env: { CHROMIUM_PATH: join(folder, 'chrome'), WINNOW_BROWSER: '' },
  });
  expect(stderr).toContain('Point CHROMIUM_PATH at a Chrome or Chromium program');
  expect(code).toBe(4);
  expect((await readdir(folder)).sort()).toEqual(['reviews', 'tiny-bert']);
});
