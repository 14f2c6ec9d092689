import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwritable } from '../../headless/output-failures.ts';
import { stageFile, stageFolder, type Replaces } from '../../headless/output.ts';

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'winnow-test-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tooLong = 'n'.repeat(300);

describe('a file', () => {
  test('appears when it is committed, folders on the way included', async () => {
    const out = join(folder, 'a', 'b', 'result.safetensors');
    const staging = await stageFile(out, 'nothing');
    await staging.write('result.safetensors', 'new');
    expect((await readdir(join(folder, 'a', 'b'))).filter((name) => !name.startsWith('.winnow-'))).toEqual([]);
    await staging.commit('result.safetensors');
    expect(await readFile(out, 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['result.safetensors']);
  });

  test('that never comes leaves no folder either', async () => {
    const staging = await stageFile(join(folder, 'a', 'b', 'result.npy'), 'nothing');
    staging.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is not touched by a discarded attempt, even one that may overwrite', async () => {
    const out = join(folder, 'result.safetensors');
    await writeFile(out, 'old');
    const staging = await stageFile(out, 'anything');
    await staging.write('result.safetensors', 'half');
    staging.discard();
    expect(await readFile(out, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['result.safetensors']);
  });

  test('that is there is refused without force, a folder always', async () => {
    const out = join(folder, 'there');
    await writeFile(out, 'old');
    await expect(stageFile(out, 'nothing')).rejects.toMatchObject({ code: 'output-exists' });
    await expect(stageFile(folder, 'anything')).rejects.toMatchObject({ code: 'usage' });
  });

  test('that somebody puts there meanwhile stays, and the result gets a free name', async () => {
    const staging = await stageFile(join(folder, 'dev.npy'), 'nothing');
    await staging.write('dev.npy', 'new');
    await writeFile(join(folder, 'dev.npy'), 'theirs');
    await writeFile(join(folder, 'dev-2.npy'), 'theirs');
    const said = new RegExp(`dev.npy" was put there while .* is in ".*dev-3.npy"`);
    await expect(staging.commit('dev.npy')).rejects.toMatchObject({ code: 'output-exists', message: said });
    expect(await contents()).toEqual({ 'dev.npy': 'theirs', 'dev-2.npy': 'theirs', 'dev-3.npy': 'new' });
  });

  test('behind a link is written where the link leads', async () => {
    await mkdir(join(folder, 'far'));
    await writeFile(join(folder, 'far', 'old.npy'), 'old');
    await symlink(join(folder, 'far', 'old.npy'), join(folder, 'link.npy'));
    const staging = await stageFile(join(folder, 'link.npy'), 'anything');
    await staging.write('old.npy', 'new');
    await staging.commit('old.npy');
    expect(await readFile(join(folder, 'far', 'old.npy'), 'utf8')).toBe('new');
    expect((await lstat(join(folder, 'link.npy'))).isSymbolicLink()).toBe(true);
  });

  test('that cannot be is refused at once: too long a name, a link that leads nowhere, a device', async () => {
    await symlink(join(folder, 'nowhere'), join(folder, 'link.npy'));
    for (const [out, why] of [
      [`${tooLong}.npy`, 'its name is too long'],
      [join(tooLong, 'a.npy'), 'its name is too long'],
      ['link.npy', 'is a link that leads nowhere'],
      [join('link.npy', 'a.npy'), 'is a link that leads nowhere'],
      ['/dev/null', 'no ordinary file'],
    ]) {
      const message = expect.stringContaining(why) as unknown;
      const path = out.startsWith('/') ? out : join(folder, out);
      await expect(stageFile(path, 'anything'), out).rejects.toMatchObject({ code: 'usage', message });
    }
    expect(await readdir(folder)).toEqual(['link.npy']);
  });
});

describe('a folder', () => {
  const names = ['run.json', 'layers.svg', 'neurons.svg'];
  const open = (replaces: Replaces) => stageFolder(folder, (name) => names.includes(name), replaces);
  const write = async (replaces: Replaces, files: Record<string, string>): Promise<void> => {
    const staging = await open(replaces);
    for (const [name, text] of Object.entries(files)) await staging.write(name, text);
    expect(await staging.commit('run.json')).toBeNull();
  };

  test('that holds other files is used; every file of the result is listed with its hash', async () => {
    for (const name of ['notes.txt', 'saved.svg']) await writeFile(join(folder, name), 'mine');
    await write('nothing', { 'run.json': '{}', 'layers.svg': '<svg/>' });
    const lines = (await readFile(join(folder, 'winnow.sha256'), 'utf8')).trim().split('\n').sort();
    const line = (name: string, text: string) => `${createHash('sha256').update(text).digest('hex')}  ${name}`;
    expect(lines).toEqual([line('layers.svg', '<svg/>'), line('run.json', '{}')].sort());
    expect(Object.keys(await contents()).sort()).toEqual(['layers.svg', 'notes.txt', 'run.json', 'saved.svg']);
  });

  test('is refused without force when any name that will be written is there', async () => {
    for (const name of names) {
      await writeFile(join(folder, name), 'mine');
      await expect(open('nothing'), name).rejects.toMatchObject({ code: 'output-exists' });
      (await open('anything')).discard();
      expect(await contents()).toEqual({ [name]: 'mine' });
      await rm(join(folder, name));
    }
    await mkdir(join(folder, 'run.json'));
    await expect(open('anything')).rejects.toMatchObject({ code: 'usage' });
  });

  test('keeps what somebody puts there meanwhile, and the result beside it', async () => {
    const staging = await open('nothing');
    for (const name of ['run.json', 'layers.svg', 'unforeseen.svg']) await staging.write(name, 'new');
    await writeFile(join(folder, 'unforeseen.svg'), 'theirs');
    await expect(staging.commit('run.json')).rejects.toMatchObject({ code: 'output-exists' });
    expect(await contents()).toEqual({ 'unforeseen.svg': 'theirs' });
    expect((await readdir(folder)).sort()).toEqual(['unforeseen.svg', 'winnow-result-2']);
    const kept = await readdir(join(folder, 'winnow-result-2'));
    expect(kept.sort()).toEqual(['layers.svg', 'run.json', 'unforeseen.svg', 'winnow.sha256']);
  });

  test('with force loses the earlier result, and of it only what nobody has changed', async () => {
    await write('nothing', { 'run.json': '{}', 'layers.svg': 'old', 'neurons.svg': 'old', 'edited.svg': 'old' });
    await writeFile(join(folder, 'edited.svg'), 'edited');
    for (const name of ['winnow-mine.svg', 'notes.txt']) await writeFile(join(folder, name), 'mine');
    await write('anything', { 'run.json': '{}', 'layers.svg': 'new' });
    expect(await contents()).toEqual({
      ...{ 'run.json': '{}', 'layers.svg': 'new' },
      ...{ 'edited.svg': 'edited', 'winnow-mine.svg': 'mine', 'notes.txt': 'mine' },
    });
  });

  test('whose list leads elsewhere, or is broken, costs nothing', async () => {
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep', 'a.txt'), 'mine');
    const hash = createHash('sha256').update('mine').digest('hex');
    await writeFile(join(folder, 'winnow.sha256'), `${hash}  deep/a.txt\n${hash}  ../a.txt\n${hash}  deep\nnonsense\n`);
    await write('anything', { 'run.json': '{}' });
    expect(await readFile(join(folder, 'deep', 'a.txt'), 'utf8')).toBe('mine');
  });

  test('with folders inside has them listed, and with force loses what an earlier result had there, unchanged', async () => {
    const form = { inner: ['onnx'], list: 'model.sha256' };
    const save = async (replaces: Replaces, texts: Record<string, string>): Promise<void> => {
      const staging = await stageFolder(folder, (name) => name === 'onnx' || name in texts, replaces, form);
      await mkdir(join(staging.folder, 'onnx'));
      for (const [name, text] of Object.entries(texts)) await staging.write(name, text);
      expect(await staging.commit('winnow.json')).toBeNull();
    };
    // Lists of another sort are none of its own.
    await write('nothing', { 'run.json': '{}' });
    await save('nothing', { 'winnow.json': '1', 'onnx/a': '1', 'onnx/b': '1', 'onnx/c': '1' });
    const listed = (await readFile(join(folder, 'model.sha256'), 'utf8')).trim().split('\n');
    expect(listed.map((line) => line.split('  ')[1]).sort()).toEqual(['onnx/a', 'onnx/b', 'onnx/c', 'winnow.json']);
    await expect(save('nothing', { 'winnow.json': '2', 'onnx/a': '2' })).rejects.toMatchObject({
      code: 'output-exists',
    });
    await writeFile(join(folder, 'onnx', 'b'), 'edited');
    await writeFile(join(folder, 'onnx', 'mine'), 'mine');
    await expect(save('own result', { 'winnow.json': '2', 'onnx/b': '2' })).rejects.toMatchObject({
      code: 'output-exists',
      message: expect.stringContaining('onnx/b') as unknown,
    });
    await save('own result', { 'winnow.json': '2', 'onnx/a': '2' });
    expect((await readdir(join(folder, 'onnx'))).sort()).toEqual(['a', 'b', 'mine']);
    expect(await readFile(join(folder, 'onnx', 'a'), 'utf8')).toBe('2');
    expect(await readFile(join(folder, 'run.json'), 'utf8')).toBe('{}');
  });

  test('of which a file cannot be written: the sentence names its place, not where it was staged', async () => {
    const staging = await stageFolder(folder, () => false, 'nothing');
    const { message } = unwritable(join(staging.folder, 'onnx', 'a'), Object.assign(new Error(), { code: 'ENOSPC' }));
    staging.discard();
    expect(message).toBe(`"${join(folder, 'onnx', 'a')}" could not be written: no space is left on the disk.`);
  });

  test('whose inner folder is a link of yours is not written through', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'onnx'));
    const form = { inner: ['onnx'], list: 'model.sha256' };
    const open = stageFolder(folder, (name) => name.startsWith('onnx'), 'own result', form);
    await expect(open).rejects.toMatchObject({ code: 'output-exists' });
  });

  test('of which only a result of its own may go is refused when that has been changed', async () => {
    await write('own result', { 'run.json': '1' });
    await write('own result', { 'run.json': '2' });
    expect(await contents()).toEqual({ 'run.json': '2' });
    await writeFile(join(folder, 'run.json'), 'mine');
    await expect(open('own result')).rejects.toMatchObject({ code: 'output-exists' });
  });

  test('is written by one command at a time, and can be found by any way there', async () => {
    await symlink(folder, `${folder}-link`);
    try {
      const staging = await open('anything');
      const other = stageFolder(`${folder}-link`, () => false, 'anything');
      const message = expect.stringMatching(/Another command \(process \d+\) is writing/) as unknown;
      await expect(other).rejects.toMatchObject({ code: 'usage', message });
      staging.discard();
      (await stageFolder(`${folder}-link`, () => false, 'anything')).discard();
    } finally {
      await rm(`${folder}-link`);
    }
  });

  test('that cannot be is refused at once', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await symlink(join(folder, 'nowhere'), join(folder, 'link'));
    for (const out of [file, join(file, 'out'), join(folder, tooLong), join(folder, 'link'), '/proc/self/none']) {
      await expect(
        stageFolder(out, () => false, 'anything'),
        out,
      ).rejects.toMatchObject({ code: 'usage' });
    }
    expect((await readdir(folder)).sort()).toEqual(['file', 'link']);
  });

  test('a file that cannot be written is said, and nothing of it is left', async () => {
    const staging = await open('nothing');
    await expect(staging.write(`${tooLong}.svg`, '')).rejects.toMatchObject({ code: 'unwritable-file' });
    expect(await readdir(staging.folder)).toEqual(['winnow.sha256']);
    staging.discard();
  });
});

/** Of the files in the folder, but for the list of them. */
async function contents(): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'winnow.sha256');
  return Object.fromEntries(
    await Promise.all(files.map(async ({ name }) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
