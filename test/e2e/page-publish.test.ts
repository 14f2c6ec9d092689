/**
 * Publishing from the page: into a folder and as a zip, the same files as the command's, held against the command's own
 * check; nothing of anybody else's is touched, and nothing is left of what was cancelled.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { expect, onTestFinished, test, vi } from 'vitest';
import { builtPage, root } from '../../headless/serve.ts';
import { locateEntry, readZipDirectory } from '../../src/format/zip.ts';
import { run as runCommand } from './cli-process.ts';
import { seriousFindings } from './support/axe.ts';
import { openPage, useBrowser } from './support/browser.ts';
import { startPlainHost } from './support/plain-host.ts';

const own = useBrowser();
const visitor = useBrowser({ isKept: true });
const demo = join(root, 'public/demo/reviews');
vi.setConfig({ testTimeout: 300_000 });

async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function put(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}

/** What the browser's dialog gives is a folder of the page's own storage: as real, and without a dialog. */
async function withFolders(page: Page): Promise<void> {
  await page.evaluate(() => {
    const give = async (): Promise<FileSystemDirectoryHandle> =>
      (await navigator.storage.getDirectory()).getDirectoryHandle('site', { create: true });
    Object.assign(window, { showDirectoryPicker: give });
  });
}

/** Files of that folder by their paths, as base64. */
function filesOf(page: Page): Promise<[string, string][]> {
  return page.evaluate(async () => {
    const found: [string, string][] = [];
    const walk = async (folder: FileSystemDirectoryHandle, before: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') {
          await walk(handle, `${before}${name}/`);
          continue;
        }
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        found.push([before + name, btoa(text)]);
      }
    };
    await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle('site', { create: true }), '');
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  });
}

/** Somebody's own file in it. */
async function addFile(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    async ([name, text]) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('site', { create: true });
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await writable.write(text);
      await writable.close();
    },
    [name, text],
  );
}

async function removeFile(page: Page, name: string): Promise<void> {
  await page.evaluate(async (name) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('site');
    await folder.removeEntry(name);
  }, name);
}

/** The dialog over the stored result of the demo. */
async function openDialog(page: Page): Promise<void> {
  await page.getByTestId('open-demo').click();
  await page.getByTestId('section-made').waitFor();
  await page.getByTestId('publish').click();
  await page.getByTestId('publication-title-field').waitFor();
}

test('into a folder: the command’s own check takes it, its files are the command’s, a plain host serves it', async () => {
  const page = await own.open();
  await withFolders(page);
  await openDialog(page);
  await expect.poll(() => page.getByTestId('size-run').innerText()).toMatch(/^about [\d.]+\s*MB$/);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('publication-title-field').fill('From the page');
  await page.getByTestId('publication-note-field').fill('Some **words**.');
  await page.getByTestId('reveal-names').check();
  await page.getByTestId('publish-folder').click();
  await page.getByTestId('publish-done').waitFor();
  const folder = await place();
  const site = join(folder, 'site');
  const files = await filesOf(page);
  for (const [path, text] of files) await put(site, path, Buffer.from(text, 'base64'));
  expect((await runCommand('publish', ['--check', site])).stdout).toContain('each is what its list says');

  const note = join(folder, 'note.md');
  await writeFile(note, 'Some **words**.');
  const said = ['--title', 'From the page', '--note', note, '--reveal', 'names', '--form', 'view'];
  await runCommand('publish', [join(demo, 'result.json'), ...said, '--out', join(folder, 'command')]);
  const list = 'winnow-site.sha256';
  const lines = async (from: string): Promise<string[]> =>
    (await readFile(join(folder, from, list), 'utf8')).split('\n').sort();
  expect(await lines('site')).toEqual(await lines('command'));

  const host = await startPlainHost({ 'some/where': site });
  const visit = await (await visitor.newContext()).newPage();
  const lost: string[] = [];
  visit.on('response', (response) => void (response.status() >= 400 && lost.push(response.url())));
  await visit.goto(`${host.url}some/where/`);
  await visit.getByTestId('section-made').waitFor();
  expect(new URL(visit.url()).hash).toBe('#v=1&result=from-the-page');
  // There is no engine: nothing is to be typed, nothing to be saved that it has not.
  expect(await visit.getByTestId('try').count()).toBe(0);
  expect(await visit.getByTestId('publish').count()).toBe(0);
  expect(lost).toEqual([]);
});

test('a folder with anything of somebody else’s is refused, an earlier page replaced only when asked; what is cancelled leaves nothing', async () => {
  const page = await own.open();
  await withFolders(page);
  await openDialog(page);
  const publish = page.getByTestId('publish-folder');
  const alert = page.getByRole('dialog').getByRole('alert');
  await addFile(page, 'mine.txt', 'mine');
  await publish.click();
  await expect.poll(() => alert.innerText()).toContain('site holds what no publishing has written');
  expect((await filesOf(page)).map(([path]) => path)).toEqual(['mine.txt']);
  await removeFile(page, 'mine.txt');

  // Cancelled while the files are written: the folder is as it was.
  await page.evaluate(() => {
    const { createWritable } = FileSystemFileHandle.prototype;
    let times = 0;
    FileSystemFileHandle.prototype.createWritable = async function (...options) {
      if ((times += 1) === 20) document.querySelector<HTMLElement>('[data-testid="publish-cancel"]')?.click();
      return createWritable.apply(this, options);
    };
  });
  await publish.click();
  await expect
    .poll(() => page.locator('[aria-live="polite"]').last().innerText())
    .toBe('Cancelled. Nothing was written.');
  await expect.poll(() => filesOf(page)).toEqual([]);

  await publish.click();
  await page.getByTestId('publish-done').waitFor();
  const first = await filesOf(page);
  expect(first.length).toBeGreaterThan(50);
  await page.getByTestId('publication-title-field').fill('Another name');
  await publish.click();
  await expect.poll(() => alert.innerText()).toContain('site holds a page that was published before');
  expect(await filesOf(page)).toEqual(first);
  await page.getByTestId('publish-replaces').check();
  await publish.click();
  await page.getByTestId('publish-done').waitFor();
  const results = async (): Promise<string[]> =>
    (await filesOf(page)).flatMap(([path]) => (path.startsWith('demo/') ? [path] : []));
  expect(await results()).toEqual([
    'demo/another-name/manifest.json',
    'demo/another-name/result.json',
    'demo/index.json',
  ]);

  // What somebody has changed since is not replaced either.
  await addFile(page, 'index.html', 'changed');
  await publish.click();
  await expect.poll(() => alert.innerText()).toContain('index.html');
});

test('as a zip, to be run: model, data and smaller model go along, and whoever comes asks it; what was said is remembered', async () => {
  const context = await own.newContext();
  await context.addInitScript(
    'delete window.showDirectoryPicker; delete window.showOpenFilePicker; delete window.showSaveFilePicker;',
  );
  const page = await openPage(context);
  await openDialog(page);
  expect(await page.getByTestId('publish-folder').count()).toBe(0);
  await page.getByTestId('publication-title-field').fill('To be run');
  await page.getByTestId('form-run').check();
  expect(await page.getByTestId('reveal-hashes').isDisabled()).toBe(true);
  const coming = page.waitForEvent('download');
  await page.getByTestId('publish-zip').click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('winnow-to-be-run.zip');
  const folder = await place();
  const site = join(folder, 'site');
  const zip = new File([await readFile(await download.path())], 'site.zip');
  for (const [name, entry] of await readZipDirectory(zip)) {
    const { start, end } = await locateEntry(zip, entry);
    await put(site, name, new Uint8Array(await zip.slice(start, end).arrayBuffer()));
  }
  expect((await runCommand('publish', ['--check', site])).stdout).toContain('each is what its list says');
  const record = JSON.parse(await readFile(join(site, 'demo/to-be-run/manifest.json'), 'utf8')) as {
    files: { path: string }[];
    revealed: string[];
  };
  expect(record.revealed).toEqual(['hashes', 'probes']);
  expect(record.files.map(({ path }) => path)).toEqual([
    ...['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'].map((name) => `model/${name}`),
    'data/train.tsv',
    'data/dev.tsv',
  ]);

  const host = await startPlainHost({ 'some/where': site });
  const visit = await (await visitor.newContext()).newPage();
  await visit.goto(`${host.url}some/where/`);
  await visit.getByTestId('section-made').waitFor();
  await visit.getByTestId('try-text').first().fill('a fine film');
  await visit.getByTestId('try').getByText('whole model').first().waitFor();
  // Whoever may run it saves pages, too.
  await visit.getByTestId('save-page').click();
  const saving = visit.waitForEvent('download');
  await visit.getByTestId('save-page-now').click();
  expect((await saving).suggestedFilename()).toBe('winnow-to-be-run.html');

  await page.reload();
  await page.getByTestId('section-made').waitFor();
  await page.getByTestId('publish').click();
  await expect.poll(() => page.getByTestId('form-run').isChecked()).toBe(true);
  expect(await page.getByTestId('publication-title-field').inputValue()).toBe('To be run');
});

test('without a network a page to be seen is made of what the browser keeps, and what it does not keep is said', async () => {
  const host = await startPlainHost({ page: builtPage });
  const page = await (await visitor.newContext()).newPage();
  // To the browser a script of the driver is a hand: nothing is asked of the page before it has loaded itself again.
  let loads = 0;
  page.on('load', () => (loads += 1));
  await page.goto(`${host.url}page/`);
  await expect.poll(() => loads).toBe(2);
  await page.context().setOffline(true);
  await host.close();
  await withFolders(page);
  await openDialog(page);
  await expect.poll(() => page.getByTestId('size-view').innerText()).toMatch(/^about [\d.]+\s*MB$/);
  await expect
    .poll(() => page.getByTestId('size-field').innerText())
    .toMatch(
      /^assets\/ort-wasm\S+ of this page cannot be read: its host does not answer, and this browser has not kept it\.$/,
    );
  expect(await page.getByTestId('form-field').isDisabled()).toBe(true);
  await page.getByTestId('publish-folder').click();
  await page.getByTestId('publish-done').waitFor();
  expect((await filesOf(page)).map(([path]) => path)).toContain('winnow-site.sha256');
});
