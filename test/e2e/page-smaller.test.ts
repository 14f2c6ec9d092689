/**
 * The smaller model in the page: made of a run, saved as an archive, measured, asked; dropped again and measured again; and
 * the demo's stored one on the start screen, with and without a network.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { readZipDirectory, locateEntry } from '../../src/format/zip.ts';
import { parseReduced } from '../../src/reduced/record.ts';
import { ownInputs } from './cli-process.ts';
import { openPage, useBrowser } from './support/browser.ts';
import { drop, filesIn, give, setOptions, startRun } from './support/page.ts';
import { inspectScreen } from './support/screens.ts';

const { newContext, open } = useBrowser();
const visitor = useBrowser({ isKept: true });
const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Without the File System Access API files go to the downloads. */
async function withoutPickers(): Promise<Page> {
  const context = await newContext();
  await context.addInitScript('delete window.showOpenFilePicker; delete window.showSaveFilePicker;');
  return openPage(context);
}

async function entriesOf(archive: string): Promise<Map<string, Blob>> {
  const file = new File([await readFile(archive)], 'mine.zip');
  const found = new Map<string, Blob>();
  for (const [name, entry] of await readZipDirectory(file)) {
    const { start, end } = await locateEntry(file, entry);
    found.set(name, file.slice(start, end));
  }
  return found;
}

test('a run’s smaller model is saved, measured and asked; without its model it says what to do', async () => {
  const page = await withoutPickers();
  const { model, data } = await ownInputs({ train: 200, dev: 60 });
  await give(page, await filesIn(model, data));
  await setOptions(page);
  await startRun(page);
  await page.getByTestId('smaller').waitFor();
  await page.getByTestId('smaller-name').fill('mine');
  await page.getByTestId('smaller-int8').check();
  const downloading = page.waitForEvent('download');
  await page.getByTestId('smaller-save').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('mine.zip');
  const archive = join(folder, 'mine.zip');
  await download.saveAs(archive);
  const entries = await entriesOf(archive);
  const record = parseReduced((await entries.get('winnow.json')?.text()) ?? '', 'winnow.json');
  expect([...entries.keys()]).toEqual(
    expect.arrayContaining([...record.files.map(({ path }) => path), 'README.md', 'winnow.json']),
  );
  expect(record.measurement?.files[0]).toMatchObject({ disagreeing: 0, dtype: 'float32' });
  await page.getByTestId('smaller-measured').waitFor();
  expect(await page.getByTestId('section-savings').innerText()).toContain('of a probe on all neurons');

  await page.getByTestId('try-text').fill('a good film');
  await page.getByTestId('try-answer').waitFor();
  const said = await page.getByTestId('try-answer').innerText();
  expect(said).toMatch(/smaller model\s+(negative|positive)/);
  expect(said).toMatch(/whole model\s+(negative|positive)/);
  await inspectScreen(page, 'smaller');

  await page.getByTestId('smaller-kept').selectOption('layers');
  expect(await page.getByTestId('smaller-save').isDisabled()).toBe(true);
  await page.getByTestId('smaller-layers').fill('9');
  expect(await page.getByTestId('section-savings').innerText()).toContain('Type layers from 0 to');

  // The result alone, in a tab that does not have the model.
  await page.reload();
  await page.getByTestId('smaller').waitFor();
  expect(await page.getByTestId('smaller-measured').count()).toBe(1);
  expect(await page.getByTestId('smaller').innerText()).toContain('This tab does not hold the model of this run.');
  expect(await page.getByTestId('smaller-save').isDisabled()).toBe(true);
});

test('the demo’s smaller model: dropped, it is measured again; cancelled, nothing is left', async () => {
  const page = await open();
  await drop(page, [join(root, 'public/demo/reviews/reviews-smaller'), join(root, 'public/demo/reviews/dev.tsv')]);
  await page.getByTestId('reduced-card').waitFor();
  await page.getByTestId('measure').click();
  await page.getByTestId('measure-cancel').click();
  await page.getByTestId('measure').waitFor();
  await page.getByTestId('measure').click();
  await page.getByTestId('reduced-measured').waitFor();
  const record = parseReduced(
    await readFile(join(root, 'public/demo/reviews/reviews-smaller/winnow.json'), 'utf8'),
    'winnow.json',
  );
  const accuracy = record.measurement?.files[0].scores.accuracy ?? NaN;
  expect(await page.getByTestId('reduced-measured').innerText()).toContain(`${(accuracy * 100).toFixed(1)}\u202f%`);
  await inspectScreen(page, 'dropped-smaller');
});

test('the start screen’s field answers, after the first visit without a network too', async () => {
  const page = await visitor.open();
  const context = page.context();
  const ask = async (): Promise<string> => {
    await page.getByTestId('try-text').fill('the plot is dull and the cast is tired');
    await page.getByTestId('try-answer').waitFor();
    return page.getByTestId('try-answer').innerText();
  };
  expect(await ask()).toMatch(/smaller model\s+(negative|positive)[\s\S]*whole model\s+(negative|positive)/);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await expect
    .poll(() =>
      page.evaluate(async () => (await caches.keys()).length > 0 && navigator.serviceWorker.controller !== null),
    )
    .toBe(true);
  await context.setOffline(true);
  await page.reload();
  expect(await ask()).toMatch(/smaller model\s+(negative|positive)/);
});
