/** A page that is one file, opened from the disk without a network; and what was put into it. */
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright';
import { expect, onTestFinished } from 'vitest';
import { publishedIn, type PublishedPage } from '../../../src/publication/page-file.ts';
import type { OwnBrowser } from './browser.ts';

export async function published(file: Buffer | string): Promise<PublishedPage> {
  return publishedIn(/id="published">([^<]*)<\/script>/.exec(file.toString())![1]);
}

export interface Look {
  colorScheme?: 'light' | 'dark';
  width?: number;
  /** What is there last. */
  last?: 'section-made' | 'comparison';
}

/** Opened from the disk with no network; whatever it asks for or complains of fails the test. */
export async function openFile(
  own: Pick<OwnBrowser, 'browser'>,
  path: string,
  { colorScheme = 'light', width = 1280, last = 'section-made' }: Look = {},
): Promise<Page> {
  const viewport = { width, height: 900 };
  const context = await own.browser.newContext({ offline: true, colorScheme, viewport, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const address = pathToFileURL(path).href;
  onTestFinished(() => {
    // Blobs are what it has made itself.
    expect([...new Set(asked.filter((url) => !url.startsWith('blob:')))]).toEqual([address]);
    expect(complaints).toEqual([]);
  });
  await page.goto(address);
  await page.getByTestId(last).waitFor();
  return page;
}
