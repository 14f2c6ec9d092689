/** Figures of a finished run: the page opens the run file as a person would, and its *All figures* makes their files. */
import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import type { Page } from 'playwright';
import { bibtexExport } from '../src/exports/bibtex.ts';
import type { PresetName } from '../src/exports/presets.ts';
import { pageAddress } from './drive.ts';

const window = { width: 1280, height: 900 };

/**
 * Saves every figure of the result screen into the folder of `runFile`.
 * @returns the names of the files.
 */
export async function saveFigures(
  context: ReturnType<Page['context']>,
  runFile: string,
  preset: PresetName,
): Promise<string[]> {
  const page = await context.newPage();
  await page.setViewportSize(window);
  await page.goto(pageAddress);
  await page.getByTestId('results-input').first().setInputFiles(runFile);
  // The last section is built last.
  await page.getByTestId('section-made').waitFor();
  await page.getByLabel('Size of all figures').selectOption(preset);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-figures').click()]);
  const names = await unpack(await download.path(), join(runFile, '..'));
  await page.close();
  return names;
}

/** All but the references, which the folder holds already. */
async function unpack(zip: string, folder: string): Promise<string[]> {
  const reader = new ZipReader(new BlobReader(await openAsBlob(zip)), { useWebWorkers: false });
  const names: string[] = [];
  for (const entry of await reader.getEntries()) {
    if (entry.directory || entry.filename === bibtexExport.name) continue;
    await writeFile(join(folder, entry.filename), await entry.getData(new Uint8ArrayWriter()));
    names.push(entry.filename);
  }
  return names;
}
