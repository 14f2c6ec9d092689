/**
 * A screen in both themes at 1280 and at 390 pixels: what is wrong with any and, where WINNOW_SCREENS is set, pictures to
 * look at in out/screens.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { root } from '../../../headless/serve.ts';
import { seriousFindings } from './axe.ts';

const pictures = process.env.WINNOW_SCREENS ? join(root, 'out', 'screens') : null;
const themes = ['light', 'dark'] as const;
const widths = [1280, 390] as const;

/** Smallest side of what is pressed, in pixels (WCAG 2.2, 2.5.8), but for words within a text. */
const leastTarget = 24;

/** What is too small to be pressed; a radio or a box is pressed by its label, too. */
function smallTargets(page: Page): Promise<string[]> {
  return page.locator('a, button, input, select, summary').evaluateAll((elements, least) => {
    const shown = elements.filter((element) => element.checkVisibility({ visibilityProperty: true }));
    return shown.flatMap((element) => {
      const target = element.closest('label') ?? element;
      const { width, height } = target.getBoundingClientRect();
      const side = Math.round(Math.min(width, height));
      const isWord = element.closest('p, h2, h3') !== null && getComputedStyle(element).display.startsWith('inline');
      const isSmall = isWord ? height < least - 0.5 : side < least;
      return isSmall ? [`${side} pixels: ${element.outerHTML.slice(0, 120)}`] : [];
    });
  }, leastTarget);
}

/** At the top, once what hears of sizes has heard of them. */
async function settled(): Promise<void> {
  scrollTo(0, 0);
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await frame();
  await frame();
  await new Promise((resolve) => setTimeout(resolve));
}

/** Nothing serious found by axe, nothing wider than the window, nothing too small to be pressed. */
export async function inspectScreen(page: Page, name: string): Promise<void> {
  if (pictures) await mkdir(pictures, { recursive: true });
  const wrong: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.evaluate(settled);
      const form = `${name}-${theme}-${width}`;
      if (pictures) await page.screenshot({ path: join(pictures, `${form}.png`), fullPage: true });
      wrong.push(...(await seriousFindings(page)).map((finding) => `${form}: ${finding}`));
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      wrong.push(...(await smallTargets(page)).map((target) => `${form}: ${target}`));
      if (tooWide > 0) wrong.push(`${form}: ${tooWide} pixels wider than the window`);
    }
  }
  expect(wrong).toEqual([]);
}
