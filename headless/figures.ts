/** Figures of a finished run: the page opens the run file as a person would, and its *All figures* makes their files. */
import { openAsBlob } from 'node:fs';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import type { Page } from 'playwright';
import { bibtexExport } from '../src/exports/bibtex.ts';
import type { PresetName } from '../src/exports/presets.ts';
import { pageAddress } from './drive.ts';
import { CommandFailure } from './failure.ts';

const window = { width: 1280, height: 900 };

export interface SavedFigures {
  /** Of the files that are whole. */
  names: string[];
  /** Why there are not all; the numbers are there, and a picture that cannot be drawn must not cost them. */
  failure: CommandFailure | null;
}

export type WriteFigure = (name: string, bytes: Uint8Array) => Promise<void>;

/** Saves every figure of the result screen. @param write leaves nothing of a file that it does not write. */
export async function saveFigures(
  context: ReturnType<Page['context']>,
  runFile: string,
  preset: PresetName,
  write: WriteFigure,
): Promise<SavedFigures> {
  try {
    const page = await context.newPage();
    await page.setViewportSize(window);
    await page.goto(pageAddress);
    await page.getByTestId('results-input').first().setInputFiles(runFile);
    // The last section is built last.
    await page.getByTestId('section-made').waitFor();
    await page.getByLabel('Size of all figures').selectOption(preset);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-figures').click()]);
    const saved = await unpackFigures(await openAsBlob(await download.path()), write);
    await page.close();
    return saved;
  } catch (cause) {
    return { names: [], failure: notSaved('The figures', cause) };
  }
}

/** All but the references, which the folder holds already. One that cannot be written does not cost the others. */
export async function unpackFigures(zip: Blob, write: WriteFigure): Promise<SavedFigures> {
  const reader = new ZipReader(new BlobReader(zip), { useWebWorkers: false });
  const names: string[] = [];
  const lost: unknown[] = [];
  for (const entry of await reader.getEntries()) {
    if (entry.directory || entry.filename === bibtexExport.name) continue;
    try {
      await write(entry.filename, await entry.getData(new Uint8ArrayWriter()));
      names.push(entry.filename);
    } catch (cause) {
      lost.push(cause);
    }
  }
  const all = names.length + lost.length;
  return { names, failure: lost.length === 0 ? null : notSaved(`${lost.length} of ${all} files of figures`, lost[0]) };
}

function notSaved(what: string, cause: unknown): CommandFailure {
  const message = `${what} could not be saved: ${(cause as Error).message.replace(/\.$/, '')}.`;
  const next =
    'The numbers are written. Open run.json in the page and save the figures there, or run the command again.';
  return new CommandFailure('incomplete', message, next, cause);
}
