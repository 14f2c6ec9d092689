/** The folder of a published page: what it replaces comes back where it cannot be replaced, and nobody else's file is lost. */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { builtPage } from '../../headless/serve.ts';
import { checkSite, stageSite } from '../../headless/site.ts';
import { checksumLine } from '../../src/base/checksums.ts';
import { sha256 } from '../../src/base/hash.ts';
import { siteList, type SiteFile } from '../../src/publication/site.ts';

let folder = '';
let out = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'winnow-test-')));
  out = join(folder, 'site');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function site(text: string): Promise<SiteFile[]> {
  const content = new Blob([text]);
  const list = new Blob([checksumLine('index.html', await sha256(content))]);
  return [
    { path: 'index.html', content },
    { path: siteList, content: list },
  ];
}

async function publish(place: string, text: string, before: () => Promise<unknown> = async () => undefined) {
  const staging = await stageSite(place, true);
  await staging.write(await site(text));
  await before();
  await staging.commit();
}

const page = () => readFile(join(out, 'index.html'), 'utf8');

test('what was there is there again where the new one cannot come', async () => {
  await publish(out, 'old');
  const vanishes = async (): Promise<void> => {
    for (const name of await readdir(folder))
      if (
        name.startsWith('.winnow-') &&
        (await readdir(join(folder, name)).catch((): string[] => [])).includes(siteList)
      )
        await rm(join(folder, name), { recursive: true });
  };
  await expect(publish(out, 'new', vanishes)).rejects.toMatchObject({ code: 'usage' });
  expect(await page()).toBe('old');
  expect(await readdir(folder)).toEqual(['site']);
});

test('a file that somebody puts there meanwhile stays, beside the page as it was', async () => {
  await publish(out, 'old');
  const mine = join(out, 'mine.txt');
  await expect(publish(out, 'new', () => writeFile(mine, 'mine'))).rejects.toMatchObject({ code: 'output-exists' });
  expect([await page(), await readFile(mine, 'utf8')]).toEqual(['old', 'mine']);
  await rm(mine);
  expect(await checkSite(out)).toBe(2);
});

test('a link to a folder is followed, and stays', async () => {
  const real = join(folder, 'real');
  await mkdir(real);
  await symlink(real, out);
  await publish(out, 'new');
  expect(await readFile(join(real, 'index.html'), 'utf8')).toBe('new');
  expect(await page()).toBe('new');
});

test('nothing is published where the next build empties the folder', async () => {
  const said = { code: 'usage', message: expect.stringContaining('every build empties that folder') };
  for (const place of [builtPage, join(builtPage, 'site')])
    await expect(stageSite(place, true)).rejects.toMatchObject(said);
});
