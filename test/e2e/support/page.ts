/** What a person does on the page, in a test's words. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';
import { parseRun, type RunFile } from '../../../src/run/run-file.ts';

/** Every file of these folders, as a file dialog gives them. */
export async function filesIn(...folders: string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  return lists.flat();
}

/** Chooses files by the page's own input, until they have been looked at. */
export async function give(page: Page, files: string[]): Promise<void> {
  await page.getByTestId('files-input').first().setInputFiles(files);
  await looked(page);
}

/** Drops files or folders on the window as a hand does, until they have been looked at; the browser reads them from the disk. */
export async function drop(page: Page, paths: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
  await session.detach();
  await looked(page);
}

/** Until the engine has looked at the files and estimated the run. */
export async function looked(page: Page): Promise<void> {
  await page.locator('main[data-screen="set-up"] [aria-busy="false"]').first().waitFor();
}

interface Settings {
  seeds?: number;
  /** null where nothing is cut: the page must not ask for it. */
  length?: number | null;
  rows?: number;
  /** As the field takes them; the default ones unless told otherwise. */
  deltas?: string;
  device?: 'Automatic' | 'WebAssembly' | 'WebGPU';
}

/** Small and the same everywhere: one seed, all rows, on WebAssembly, unless told otherwise. */
export async function setOptions(page: Page, settings: Settings = {}): Promise<void> {
  const { seeds = 1, length = 64, rows = 0, deltas, device = 'WebAssembly' } = settings;
  const options = page.getByTestId('options');
  if ((await options.getAttribute('open')) === null) await options.locator('summary').click();
  await page.getByTestId('option-seeds').fill(String(seeds));
  const maxLength = page.getByTestId('option-maxLength');
  if (length === null) expect(await maxLength.count()).toBe(0);
  else await maxLength.fill(String(length));
  await page.getByTestId('option-rows').fill(rows === 0 ? '' : String(rows));
  if (deltas !== undefined) await page.getByTestId('option-deltas').fill(deltas);
  await page.getByRole('radio', { name: device, exact: true }).check({ force: true });
}

export async function startRun(page: Page): Promise<void> {
  const run = page.getByTestId('run');
  await expect.poll(() => run.isEnabled()).toBe(true);
  await run.click();
  await page.locator('main[data-screen="run"]').waitFor();
}

/** Until the result is shown. An error on the way fails at once, with what the page says. */
export async function finished(page: Page): Promise<void> {
  const result = page.getByTestId('section-made');
  const stopped = page.getByTestId('try-again');
  await result.or(stopped).first().waitFor();
  if (await stopped.isVisible()) throw new Error(await page.locator('main').innerText());
}

/** A whole run with these options, from the set-up screen to the result. */
export async function wholeRun(page: Page, settings?: Settings): Promise<void> {
  await setOptions(page, settings);
  await startRun(page);
  await finished(page);
}

/** The file that the page gives for a button beside how the result was made. */
export async function downloaded(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('section-made').getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

export async function downloadedRun(page: Page): Promise<RunFile> {
  const { name, bytes } = await downloaded(page, 'Download run');
  return parseRun(bytes.toString(), name);
}

/** What stands in the way, as a person reads it: the text of every alarm in one line. */
export async function alarms(page: Page): Promise<string[]> {
  return (await page.getByRole('alert').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
}

/** Back to the first screen, with nothing chosen. */
export async function startOver(page: Page): Promise<void> {
  await page.getByTestId('start-over').click();
  await page.locator('main[data-screen="start"]').waitFor();
}

export function stage(page: Page, title: string): Locator {
  return page.getByTestId('stages').locator('li', { hasText: title });
}

/** Until a stage is the one going on: looked for in every frame, since a locator looks twice a second and a stage may be shorter. */
export async function during(page: Page, title: string): Promise<void> {
  const isCurrent = (text: string): boolean =>
    [...document.querySelectorAll('[data-testid="stages"] li[aria-current="step"]')].some((item) =>
      item.textContent.includes(text),
    );
  await page.waitForFunction(isCurrent, title, { polling: 'raf' });
}

/** Nothing a person reads may look like the inside of a program. */
export async function expectNoStackTrace(page: Page): Promise<void> {
  const text = await page.locator('body').innerText();
  expect(text).not.toMatch(/^\s*at .+:\d+:\d+|\b(Type|Range|Reference|Syntax)Error\b|\[object |undefined|NaN/m);
}
