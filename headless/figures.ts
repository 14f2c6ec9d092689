/** Figures of a finished run: the page opens the run file as a person would, and its own Save buttons write them. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { pictureFormats } from '../src/exports/figure-formats.ts';
import { pageAddress } from './drive.ts';

const window = { width: 1280, height: 900 };

/** Chrome drops what a page saves beyond ten files in ten seconds, without a word; every page has its own count. */
const figuresAPage = Math.floor(10 / pictureFormats.length);

/**
 * Saves every figure of the result screen into the folder of `runFile`, in light colours.
 * @returns the names of the files.
 */
export async function saveFigures(context: ReturnType<Page['context']>, runFile: string): Promise<string[]> {
  const saved: string[] = [];
  for (let from = 0, count = 1; from < count; from += figuresAPage) {
    const page = await context.newPage();
    await page.setViewportSize(window);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(pageAddress);
    await page.getByTestId('results-input').first().setInputFiles(runFile);
    const figures = page.locator('figure[data-testid^="figure-"]');
    // The last section is built last.
    await page.getByTestId('section-made').waitFor();
    const all = await figures.all();
    count = all.length;
    for (const figure of all.slice(from, from + figuresAPage)) {
      for (const { title } of pictureFormats) {
        const button = figure.getByRole('button', { name: title, exact: true });
        const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
        await download.saveAs(join(runFile, '..', download.suggestedFilename()));
        saved.push(download.suggestedFilename());
      }
    }
    await page.close();
  }
  return saved;
}
