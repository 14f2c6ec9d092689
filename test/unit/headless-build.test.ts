import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildOnce, type Build } from '../../headless/build.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist', 'index.html'), 'stale');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const page = (): Promise<string> => readFile(join(folder, 'dist', 'index.html'), 'utf8');

test('of several commands on a stale build one builds, and all take that build', async () => {
  let builds = 0;
  const said: string[] = [];
  const build: Build = {
    place: join(folder, 'dist'),
    isFresh: async () => (await page()) === 'fresh',
    make: async (into) => {
      builds++;
      await new Promise((resolve) => setTimeout(resolve, 300));
      await writeFile(join(into, 'index.html'), 'fresh');
    },
  };
  const command = async (): Promise<string> => {
    await buildOnce(build, (line) => said.push(line));
    return page();
  };
  expect(await Promise.all([command(), command(), command()])).toEqual(['fresh', 'fresh', 'fresh']);
  expect(builds).toBe(1);
  expect(said.filter((line) => line.startsWith('Waiting for another command'))).toHaveLength(2);
  expect(await readdir(folder)).toEqual(['dist']);
});

test('a build that fails leaves the earlier one, and no lock', async () => {
  const build: Build = {
    place: join(folder, 'dist'),
    isFresh: async () => false,
    make: () => Promise.reject(new Error('no')),
  };
  await expect(buildOnce(build, () => undefined)).rejects.toThrow('no');
  expect(await page()).toBe('stale');
  expect(await readdir(folder)).toEqual(['dist']);
});
