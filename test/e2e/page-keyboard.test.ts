/**
 * A whole run without a mouse: files, options, run, result, download; the keys that the page has of its own; and moving
 * from answer to answer, reading an explanation, leaving the tour.
 */
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { ownInputs } from './cli-process.ts';
import { seriousFindings } from './support/axe.ts';
import { useBrowser } from './support/browser.ts';
import { filesIn, finished, looked } from './support/page.ts';

const { open } = useBrowser({ isKept: true });

const stops = 100;

/** Tab until this element has the focus, which must be visible on every stop. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stop = 0; stop < stops; stop += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate((wanted) => {
      const element = document.activeElement;
      if (!element || element === document.body) return 'nowhere';
      const shown = [element, element.closest('label, summary')].some((one) => {
        const style = one && getComputedStyle(one);
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
      });
      if (!shown) return `invisible: ${element.outerHTML.slice(0, 200)}`;
      return element.matches(wanted) ? 'there' : 'elsewhere';
    }, selector);
    expect(focus).not.toContain('invisible');
    if (focus === 'there') return;
  }
  throw new Error(`Tab never came to ${selector}.`);
}

test('a run by keyboard alone', async () => {
  const { model, data } = await ownInputs();
  const files = await filesIn(model, data);
  const page = await open();

  // The one thing a hand does here that no key of the page can: the system's own dialog.
  let chosen = 0;
  page.on('filechooser', (chooser) => void chooser.setFiles(files).then(() => (chosen += 1)));

  await tabTo(page, '[data-testid="choose-files"]');
  await page.keyboard.press('Enter');
  await looked(page);

  await tabTo(page, '[data-testid="as-in-paper"]');
  await page.keyboard.press('Enter');
  await tabTo(page, '[data-testid="options"] summary');
  await page.keyboard.press('Enter');
  await tabTo(page, '[data-testid="option-maxLength"]');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('32');
  await tabTo(page, '[data-testid="run"]:enabled');
  await page.keyboard.press('Enter');
  await finished(page);
  expect(await page.locator('main').innerText()).toContain('Protocol of the paper');

  await tabTo(page, '[data-testid="figure-winnow"] [role="grid"]');
  // Layer 0 of sentences is one vector in every row.
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Enter');
  await page.getByTestId('neuron-card').getByText('with the highest value').waitFor();
  const [before] = await page.locator('#neuron-title').allInnerTexts();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.locator('#neuron-title').innerText()).not.toBe(before);
  await page.keyboard.press('Escape');
  await page.getByTestId('neuron-card').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');

  for (const [key, section] of [
    ['2', 'similarity'],
    ['3', 'geometry'],
    ['4', 'clusters'],
    ['5', 'neurons'],
    ['6', 'savings'],
    ['7', 'made'],
    ['1', 'layers'],
  ] as const) {
    await page.keyboard.press(key);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(`section-${section}`);
    expect(page.url()).toContain(`section=${section}`);
  }
  // Point by point along a line, to the next line, to its end.
  await page.keyboard.press('1');
  await tabTo(page, '[data-testid="figure-layers"] [role="grid"]');
  const reading = page.getByTestId('figure-layers').getByTestId('reading');
  await page.keyboard.press('ArrowRight');
  const second = await reading.innerText();
  expect(second).toMatch(/layer 1: \d/);
  await page.keyboard.press('ArrowDown');
  expect(await reading.innerText()).not.toBe(second);
  await page.keyboard.press('Home');
  expect(await reading.innerText()).toContain('layer 0: ');
  await page.keyboard.press('End');
  const cell = await page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.getAttribute('aria-label');
  });
  expect(cell).toBe(await reading.innerText());
  await page.keyboard.press('7');
  await tabTo(page, '[data-testid="section-made"] .button:not(figure *)');
  const downloading = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await downloading).suggestedFilename()).toMatch(/\.json$/);

  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await tabTo(page, 'header nav button');
  await page.keyboard.press('Enter');
  await page.locator('main[data-screen="set-up"]').waitFor();
  await page.keyboard.press('o');
  await expect.poll(() => chosen).toBe(2);
  // The button may still be that of the files before: until the new ones are read, the key does nothing.
  const starts = async (): Promise<boolean> => {
    await page.keyboard.press('r');
    return page.locator('main[data-screen="run"]').isVisible();
  };
  await expect.poll(starts).toBe(true);
  // A slip of the hand costs nothing: the focus is on going on.
  await page.keyboard.press('Escape');
  await page.getByTestId('go-on').waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('go-on').waitFor({ state: 'detached' });
  expect(await page.locator('main').getAttribute('data-screen')).toBe('run');
  await page.keyboard.press('Escape');
  await tabTo(page, '[data-testid="cancel-now"]');
  await page.keyboard.press('Enter');
  await page.locator('main[data-screen="set-up"]').waitFor();
});

test("all answers, an explained word and the tour, on the demo's result", async () => {
  const page = await open();
  await page.getByTestId('demo').waitFor();
  await tabTo(page, '[data-testid="demo"] [data-testid="tour"]');
  await page.keyboard.press('Enter');
  const step = page.locator('.driver-popover');
  await expect.poll(() => step.innerText()).toContain('1 of 6');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => step.innerText()).toContain('2 of 6');
  await page.locator('.driver-popover-next-btn:focus').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await step.waitFor({ state: 'detached' });

  await tabTo(page, '[data-testid="choices"]');
  const shown = (): Promise<string[]> =>
    page.evaluate(() => {
      const texts = ['answer', 'figure-winnow'].map(
        (id) => document.querySelector(`[data-testid="${id}"]`)?.textContent,
      );
      const sliders = [...document.querySelectorAll('[data-testid="question"] input')];
      return [...texts, sliders.map((slider) => slider.getAttribute('aria-valuetext')).join()].map(String);
    });
  const seen: string[][] = [];
  for (const key of ['Home', 'ArrowRight', 'End']) {
    await page.keyboard.press(key);
    const size = /^[\d\u202f]+/.exec((await page.getByTestId('choices').getAttribute('aria-valuetext')) ?? '')?.[0];
    await expect.poll(async () => (await shown())[0]).toContain(`${size} of 560`);
    seen.push(await shown());
  }
  // The headline and the map tell all three apart, the sliders at least two.
  expect([0, 1, 2].map((part) => new Set(seen.map((texts) => texts[part])).size)).toEqual([3, 3, expect.any(Number)]);
  expect(new Set(seen.map(([, , sliders]) => sliders)).size).toBeGreaterThan(1);
  await expect.poll(() => page.url()).toContain('deltas=');

  await tabTo(page, '[data-testid="figure-winnow"] figcaption button');
  await page.getByRole('tooltip').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
});
