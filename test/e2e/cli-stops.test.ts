/** The command line stopped, killed, disturbed and started twice: a user's files stay, and nothing else is left. */
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../headless/lock.ts';
import { builtPage } from '../../headless/serve.ts';
import { ownInputs, run, start } from './cli-process.ts';

/** Inputs whose extraction takes some seconds, and a folder for temporary files that the test can look into. */
async function longInputs(train = 40_000) {
  const { folder, model, data } = await ownInputs({ train, dev: 20 });
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const extraction = ['--model', model, '--data', data, '--task', 'sst-2', '--device', 'wasm'];
  return {
    folder,
    env: { TMPDIR: temporary },
    train: [...extraction, '--file', 'train'],
    dev: [...extraction, '--file', 'dev'],
    /** Names in the folder beside the inputs, and temporary ones but for those of the program that runs TypeScript. */
    async left(): Promise<string[]> {
      const inputs = ['reviews', 'temporary', 'tiny-bert'];
      const names = (await readdir(folder)).filter((name) => !inputs.includes(name));
      return [...names, ...(await readdir(temporary)).filter((name) => !name.startsWith('tsx-'))];
    },
  };
}

describe('stopped: the old result stays, nothing else is left', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: exit %d', async ([signal, exit]) => {
    const { folder, env, train, left } = await longInputs();
    const out = join(folder, 'train.safetensors');
    await writeFile(out, 'old');
    const command = start('extract', [...train, '--out', out, '--force', '--json'], { env });
    await command.said('Extract every layer');
    command.send(signal);
    const { code, stdout, stderr } = await command.ended;
    expect(code).toBe(exit);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(stderr).toMatch(/Stopped\.\nNothing was written; start the command again\. \[cancelled\]\n$/);
    expect(await readFile(out, 'utf8')).toBe('old');
    expect(await left()).toEqual(['train.safetensors']);
  });

  test('SIGTERM to npm: the command ends with it', async () => {
    const { folder, env, train, left } = await longInputs();
    const command = start('extract', [...train, '--out', join(folder, 'new', 'a.npy')], { env, npm: true });
    await command.said('Extract every layer');
    command.send('SIGTERM');
    // Standard error is closed when the last of its writers has ended.
    const { code, stderr } = await command.ended;
    expect(code).toBe(143);
    expect(stderr).toMatch(/Stopped\.\n.*\[cancelled\]\n$/);
    expect(await left()).toEqual([]);
  });
});

test('--cache and --out in use are refused; what a killed command leaves goes with the next one', async () => {
  const { folder, env, train, dev, left } = await longInputs(120_000);
  const cache = ['--cache', join(folder, 'cache')];
  const out = join(folder, 'new', 'a.npy');
  const command = start('extract', [...train, ...cache, '--out', out], { env });
  await command.said('Extract every layer');
  const others = [
    [...cache, '--out', join(folder, 'b.npy')],
    ['--out', out],
  ];
  const [sameCache, sameOut] = await Promise.all(others.map((args) => run('extract', [...dev, ...args], { env })));
  expect(sameCache.stderr).toMatch(/The cache folder ".*cache" is in use by another command \(process \d+\)\./);
  expect(sameOut.stderr).toMatch(/Another command \(process \d+\) is writing ".*a\.npy"\./);
  expect([sameCache.code, sameOut.code]).toEqual([2, 2]);

  command.send('SIGKILL');
  await command.ended;
  expect((await left()).filter((name) => name.includes('winnow-'))).toHaveLength(2);
  const { code, stderr } = await run('extract', [...dev, ...cache, '--out', join(folder, 'b.npy')], { env });
  expect(code, stderr).toBe(0);
  expect((await left()).sort()).toEqual(['b.npy', 'cache']);
  expect((await readdir(join(folder, 'cache'))).filter((name) => name.startsWith('.winnow'))).toEqual([]);
});

test('a full standard output and a closed standard error end nothing: the result is written, exit 5', async () => {
  const { folder, env, dev, left } = await longInputs(20);
  const full = openSync('/dev/full', 'w');
  const [first, second] = ['a.npy', 'b.npy'].map((name) => [...dev, '--out', join(folder, name)]);
  const told = run('extract', first, { env, output: full });
  const deaf = start('extract', second, { env });
  deaf.deafen();
  const [{ code, stderr }, { code: deafCode, stdout }] = await Promise.all([told, deaf.ended]);
  closeSync(full);
  expect(stderr).toMatch(/The result is written, but standard output could not be: no space is left on the disk\./);
  expect(stdout).toMatch(/^Wrote .*b\.npy \(\d+ bytes\)\.\n$/m);
  expect([code, deafCode]).toEqual([5, 5]);
  expect(await left()).toEqual(['a.npy', 'b.npy']);
});

test('an analysis is refused before it begins: a file of yours, a place that cannot be, a cache in use', async () => {
  const { folder, model, data } = await ownInputs({ train: 4, dev: 4 });
  const out = join(folder, 'out');
  await mkdir(out);
  const args = ['--model', model, '--data', data, '--task', 'sst-2'];
  for (const name of ['all_results.json', 'winnow-sst-2-tiny-bert-layers-test-accuracy.svg']) {
    await writeFile(join(out, name), 'mine');
    const { code, stderr } = await run('analyze', [...args, '--out', out]);
    expect(stderr).toContain(`"${join(out, name)}" is there already.`);
    expect(stderr).not.toContain('Read the files');
    expect(code).toBe(2);
    expect(await readdir(out)).toEqual([name]);
    expect(await readFile(join(out, name), 'utf8')).toBe('mine');
    await rm(join(out, name));
  }
  const impossible = await run('analyze', [...args, '--out', join(folder, 'n'.repeat(300))]);
  expect(impossible.stderr).toMatch(/^Nothing can be written to ".*": its name is too long\./);
  expect(impossible.code).toBe(2);
  const lock = await acquireLock(folder, 'cache', () => new Error());
  const busy = await run('analyze', [...args, '--out', join(folder, 'new'), '--cache', folder]);
  lock.release();
  expect(busy.stderr).toContain(`The cache folder "${folder}" is in use by another command (process ${process.pid}).`);
  expect(busy.code).toBe(2);
  expect((await readdir(folder)).sort()).toEqual(['out', 'reviews', 'tiny-bert']);
});

test('npm start serves the build that is there, for others use it too, and ends with a signal', async () => {
  const built = async () => (await stat(join(builtPage, 'index.html'))).mtimeMs;
  const before = await built();
  const command = start('start', [], { npm: true });
  await command.said('Winnow is at http://');
  expect(await built()).toBe(before);
  command.send('SIGTERM');
  const { stdout, stderr } = await command.ended;
  expect(stdout).toMatch(/^Winnow is at http:\/\/\S+ \(Ctrl-C stops it\)\.\n$/);
  expect(stderr).toBe('');
});
