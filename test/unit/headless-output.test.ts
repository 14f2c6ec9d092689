import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stageFile, stageFolder } from '../../headless/output.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file', () => {
  test('appears when it is committed, folders on the way included', async () => {
    const out = join(folder, 'a', 'b', 'result.safetensors');
    const staging = await stageFile(out, false);
    await writeFile(join(staging.folder, 'result.safetensors'), 'new');
    expect((await readdir(folder)).filter((name) => !name.startsWith('.winnow-'))).toEqual([]);
    await staging.commit('result.safetensors');
    expect(await readFile(out, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['a']);
  });

  test('is not touched by a discarded attempt, even one that may overwrite', async () => {
    const out = join(folder, 'result.safetensors');
    await writeFile(out, 'old');
    const staging = await stageFile(out, true);
    await writeFile(join(staging.folder, 'result.safetensors'), 'half');
    staging.discard();
    expect(await readFile(out, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['result.safetensors']);
  });

  test('that is there is refused without force, a folder always', async () => {
    const out = join(folder, 'there');
    await writeFile(out, 'old');
    await expect(stageFile(out, false)).rejects.toMatchObject({ code: 'output-exists' });
    await expect(stageFile(folder, true)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a folder', () => {
  const isPart = (name: string): boolean => name.endsWith('.svg');

  test('that holds other files is used, one that holds a result is refused without force', async () => {
    const out = join(folder, 'out');
    await mkdir(out);
    for (const name of ['notes.txt', 'saved.svg']) await writeFile(join(out, name), 'mine');
    const staging = await stageFolder(out, 'run.json', isPart, false);
    await writeFile(join(staging.folder, 'run.json'), '{}');
    await writeFile(join(staging.folder, 'layers.svg'), '<svg/>');
    await staging.commit('run.json');
    expect((await readdir(out)).sort()).toEqual(['layers.svg', 'notes.txt', 'run.json', 'saved.svg']);
    await expect(stageFolder(out, 'run.json', isPart, false)).rejects.toMatchObject({ code: 'output-exists' });
    (await stageFolder(out, 'run.json', isPart, true)).discard();
    expect((await readdir(out)).sort()).toEqual(['layers.svg', 'notes.txt', 'run.json', 'saved.svg']);
  });

  test('gives up what else belonged to the result that is overwritten, and nothing more', async () => {
    for (const name of ['run.json', 'layers.svg', 'neurons.svg', 'notes.txt'])
      await writeFile(join(folder, name), 'old');
    await mkdir(join(folder, 'folder.svg'));
    const staging = await stageFolder(folder, 'run.json', isPart, true);
    for (const name of ['run.json', 'layers.svg']) await writeFile(join(staging.folder, name), 'new');
    await staging.commit('run.json');
    expect((await readdir(folder)).sort()).toEqual(['folder.svg', 'layers.svg', 'notes.txt', 'run.json']);
    expect(await readFile(join(folder, 'layers.svg'), 'utf8')).toBe('new');
  });

  test('below a file cannot be made', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(stageFolder(file, 'run.json', isPart, true)).rejects.toMatchObject({ code: 'usage' });
    await expect(stageFolder(join(file, 'out'), 'run.json', isPart, true)).rejects.toMatchObject({ code: 'usage' });
  });
});
