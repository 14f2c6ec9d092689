/** Locks between processes, and what a process that was killed has left. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { acquireLock, waitForLock } from '../../headless/lock.ts';
import { ownerIn, ownFolder, removeOwned, sweep } from '../../headless/owned.ts';
import { isGone, self } from '../../headless/process-identity.ts';
import { root } from '../../headless/serve.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const held = (holder: string): Error => new Error(`held by ${holder}`);
const [pid, start, machine] = self.split('-');

/** A process that runs a script with the command line's modules, and says how far it has come. */
function runScript(script: string, environment: Record<string, string> = {}) {
  const options = { cwd: root, env: { ...process.env, ...environment } };
  const program = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const child: ChildProcess = spawn(process.execPath, program, options);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const word = new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', () => reject(new Error(`ended without a word: ${said}`)));
  });
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return { word, kill };
}

/** Says whether it got the lock, and holds it until it is killed. */
const lockScript = (): string => `
  import { acquireLock } from './headless/lock.ts';
  setInterval(() => undefined, 1000);
  const got = await acquireLock(${JSON.stringify(folder)}, 'cache', () => new Error()).then(() => 'yes', () => 'no');
  console.log(got);
`;

describe('a lock', () => {
  test('is held by one of several processes that want it at once, and free when that is killed', async () => {
    const rivals = Array.from({ length: 3 }, () => runScript(lockScript()));
    const answers = await Promise.all(rivals.map(({ word }) => word));
    expect(answers.sort()).toEqual(['no', 'no', 'yes']);
    await expect(acquireLock(folder, 'cache', held)).rejects.toThrow(/held by process \d+$/);
    (await acquireLock(folder, 'out', held)).release();
    await Promise.all(rivals.map(({ kill }) => kill()));
    (await acquireLock(folder, 'cache', held)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is waited for by those who can', async () => {
    const lock = await acquireLock(folder, 'build', held);
    const said: string[] = [];
    const waiting = waitForLock(folder, 'build', (holder) => {
      said.push(holder);
      lock.release();
    });
    (await waiting).release();
    expect(said).toEqual([`process ${pid}`]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('ends waiting when the command is stopped', async () => {
    const lock = await acquireLock(folder, 'build', held);
    const controller = new AbortController();
    const waiting = waitForLock(folder, 'build', () => controller.abort(new Error('stopped')), controller.signal);
    await expect(waiting).rejects.toThrow('stopped');
    lock.release();
  });

  test('of a number that another process has now is free', async () => {
    await writeFile(join(folder, `.winnow-lock-cache-${pid}-${'0'.repeat(12)}-${machine}`), '');
    (await acquireLock(folder, 'cache', held)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of another machine is held as long as it is touched', async () => {
    const path = join(folder, `.winnow-lock-cache-${pid}-${start}-${'0'.repeat(8)}`);
    await writeFile(path, '');
    await expect(acquireLock(folder, 'cache', held)).rejects.toThrow('of another machine');
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(path, hourAgo, hourAgo);
    (await acquireLock(folder, 'cache', held)).release();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('what a killed process has left', () => {
  test('goes with the next command: here, and where it has noted it', async () => {
    const [temporary, elsewhere] = [join(folder, 'temporary'), join(folder, 'elsewhere')];
    for (const path of [temporary, elsewhere]) await mkdir(path);
    const place = join(elsewhere, 'out');
    const script = `
      import { writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      import { ownFolder } from './headless/owned.ts';
      import { stageFolder } from './headless/output.ts';
      setInterval(() => undefined, 1000);
      writeFileSync(ownFolder(tmpdir(), 'winnow') + '/profile', '');
      await stageFolder(${JSON.stringify(place)}, () => false, 'nothing');
      console.log('done');
    `;
    const { word, kill } = runScript(script, { TMPDIR: temporary });
    await word;
    const before = await readdir(temporary);
    expect(before.map(ownerIn).filter(Boolean)).toHaveLength(2);
    sweep(temporary);
    expect(await readdir(temporary)).toEqual(before);
    expect(await readdir(place)).toHaveLength(2);
    await kill();
    sweep(temporary);
    expect((await readdir(temporary)).map(ownerIn).filter(Boolean)).toEqual([]);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test('is told by its name: nothing of a user and nothing of this process goes', async () => {
    const mine = ownFolder(folder, '.winnow');
    const names = ['.winnow-mine', 'winnow-sst-2-bert.svg', 'dist-old', `notes-1-${start}-${machine}`];
    for (const name of names) await writeFile(join(folder, name), '');
    const dead = `.winnow-${pid}-${'0'.repeat(12)}-${machine}-aB3dEf`;
    await mkdir(join(folder, dead));
    sweep(folder);
    expect((await readdir(folder)).filter((name) => !mine.endsWith(name)).sort()).toEqual(names.sort());
    removeOwned(mine);
    expect((await readdir(folder)).sort()).toEqual(names.sort());
  });

  test('a list of theirs removes nothing but what bears their name, and empty folders', async () => {
    const gone = `${pid}-${'0'.repeat(12)}-${machine}`;
    const [precious, empty] = [join(folder, 'precious'), join(folder, 'empty')];
    for (const path of [precious, empty]) await mkdir(path);
    await writeFile(join(precious, 'thesis.tex'), 'mine');
    await writeFile(join(folder, `winnow-${gone}.list`), `${precious}\n${join(precious, 'thesis.tex')}\n${empty}\n`);
    sweep(folder);
    expect(await readdir(folder)).toEqual(['precious']);
    expect(await readdir(precious)).toEqual(['thesis.tex']);
  });

  test('a process is gone when its number is free or means another', () => {
    expect(isGone(self, folder)).toBe(false);
    expect(isGone(`${pid}-${'0'.repeat(12)}-${machine}`, folder)).toBe(true);
    expect(isGone(`4194305-${start}-${machine}`, folder)).toBe(true);
  });
});
