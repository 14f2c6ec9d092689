/** Activations saved from the page: byte for byte what the command line writes, by the file dialog and by the downloads. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { dataFolder, modelFolder, ownFolder, run } from './cli-process.ts';
import { openPage, useBrowser } from './support/browser.ts';
import { expectNoStackTrace, filesIn, give, setOptions } from './support/page.ts';
import { inspectScreen } from './support/screens.ts';

const { newContext } = useBrowser();

/** No hand can close a headless dialog: the files it would give come from the browser's own folder. */
const dialog = `window.showSaveFilePicker = async ({ suggestedName }) =>
  (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });`;
/** As in a browser without the File System Access API. */
const noDialog = 'delete window.showOpenFilePicker; delete window.showSaveFilePicker;';

async function setUp(script: string, files: string[]): Promise<Page> {
  const context = await newContext();
  await context.addInitScript(script);
  const page = await openPage(context);
  await give(page, files);
  await setOptions(page);
  await page.getByTestId('save-activations').locator('summary').click();
  return page;
}

function savedBytes(page: Page): Promise<[name: string, bytes: number[]][]> {
  return page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    const files: [string, number[]][] = [];
    for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values())
      files.push([handle.name, [...new Uint8Array(await (await handle.getFile()).arrayBuffer())]]);
    return files;
  });
}

test('what the page saves is what the command line writes', { timeout: 240_000 }, async () => {
  const folder = await ownFolder();
  const [model, data] = [await modelFolder(folder), await dataFolder(folder, { train: 60, dev: 20 })];
  const options = ['--model', model, '--data', data, '--task', 'sst-2', '--max-length', '64', '--device', 'wasm'];
  const out = join(folder, 'dev.safetensors');
  const { code, stderr } = await run('extract', [...options, '--file', 'dev', '--out', out]);
  expect(code, stderr).toBe(0);
  const expected = [...(await readFile(out))];
  const files = await filesIn(model, data);

  const page = await setUp(dialog, files);
  await page.getByTestId('save-role').selectOption('dev');
  await inspectScreen(page, 'save');
  await page.getByTestId('save').click();
  // The dialog opens by itself, or waits for a click where making the file took long.
  const place = page.getByTestId('save-place');
  await place.or(page.getByTestId('save-done')).first().waitFor();
  if (await place.isVisible()) await place.click();
  await page.getByTestId('save-done').waitFor();
  await expectNoStackTrace(page);
  expect(await savedBytes(page)).toEqual([['winnow-sst-2-model-dev.safetensors', expected]]);

  const other = await setUp(noDialog, files);
  await other.getByTestId('save-role').selectOption('dev');
  const [download] = await Promise.all([other.waitForEvent('download'), other.getByTestId('save').click()]);
  expect(download.suggestedFilename()).toBe('winnow-sst-2-model-dev.safetensors');
  expect([...(await readFile(await download.path()))]).toEqual(expected);
  expect(await other.getByTestId('save-done').innerText()).toContain('is with the browser’s downloads');
});

test('cancelled while it extracts, nothing is saved and the page goes on', async () => {
  const folder = await ownFolder();
  const files = await filesIn(await modelFolder(folder), await dataFolder(folder, { train: 40_000, dev: 20 }));
  const page = await setUp(dialog, files);
  await page.getByTestId('save').click();
  await page.getByTestId('save-progress').getByText('Extract every layer').waitFor();
  await page.getByTestId('save-cancel').click();
  await page.getByTestId('save').waitFor();
  expect(await savedBytes(page)).toEqual([]);
  await expect.poll(() => page.getByTestId('run').isEnabled()).toBe(true);
});
