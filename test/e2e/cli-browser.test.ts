/** The Chromium that npm carries does what the project needs of a browser: it is what a bare machine gets. */
import { chromium } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { browserArguments, findBrowser, softwareGpuArguments } from '../../headless/browser.ts';
import { pageUrl } from './support/browser.ts';

test('the packed browser isolates the page, offers a WebGPU adapter and draws text', async () => {
  const { executablePath, env, origin } = await findBrowser({ ...process.env, WINNOW_BROWSER: 'packed' });
  expect(origin).toBe('packed');
  const args = [...browserArguments, ...softwareGpuArguments];
  const browser = await chromium.launch({ executablePath, env, args, headless: true });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(pageUrl);
  const heading = await page.getByRole('heading', { level: 1 }).boundingBox();
  const found = await page.evaluate(async () => ({
    isolated: crossOriginIsolated,
    adapter: (await navigator.gpu.requestAdapter())?.info.architecture,
  }));
  expect(found).toEqual({ isolated: true, adapter: 'swiftshader' });
  expect(heading?.width).toBeGreaterThan(20);
  expect(heading?.height).toBeGreaterThan(10);
});
