/** Figures of a finished run: the page opens the run file as a person would, and its own Save buttons write them. */
import { join } from 'node:path';
import type { Download, Locator, Page } from 'playwright';
import { pageAddress } from './drive.ts';

const window = { width: 1280, height: 900 };
const formats = ['SVG', 'PNG'];

/**
 * Saves every figure of the result screen into the folder of `runFile`, in light colours.
 * @returns the names of the files.
 */
export async function saveFigures(context: ReturnType<Page['context']>, runFile: string): Promise<string[]> {
  const page = await context.newPage();
  await page.setViewportSize(window);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(pageAddress);
  await page.getByTestId('results-input').first().setInputFiles(runFile);
  const figures = page.locator('figure[data-testid^="figure-"]');
  await figures.first().waitFor();
  const saved: string[] = [];
  for (const figure of await figures.all()) {
    for (const format of formats) {
      const download = await save(page, figure.getByRole('button', { name: format, exact: true }));
      await download.saveAs(join(runFile, '..', download.suggestedFilename()));
      saved.push(download.suggestedFilename());
    }
  }
  await page.close();
  return saved;
}

/** A click on a page that is still coming to rest may be lost; it is made once more. */
function save(page: Page, button: Locator): Promise<Download> {
  const click = async (timeout: number): Promise<Download> => {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout }), button.click()]);
    return download;
  };
  return click(10_000).catch(() => click(30_000));
}
