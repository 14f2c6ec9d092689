/** A result presented: opened by button, key and link; stepped through by keys, buttons and scrolling; still, and played. */
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { pageUrl, useBrowser } from './support/browser.ts';
import { seriousFindings } from './support/axe.ts';
import { inspectScreen } from './support/screens.ts';

const { newContext, open } = useBrowser();

const names = ['layers', 'similarity', 'clusters', 'remains', 'answer', 'try'];

/** The presentation of a demo at a step, by its link. */
async function presented(step: number, motion: 'reduce' | 'no-preference' = 'reduce', demo = 'reviews'): Promise<Page> {
  const page = await (await newContext()).newPage();
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.emulateMedia({ reducedMotion: motion });
  await page.goto(`${pageUrl}#v=1&demo=${demo}&present=${step}`);
  await page.locator('main[data-screen="present"]').waitFor();
  return page;
}

/** The step whose number stands in the bar, once it is the one in sight. */
async function stands(page: Page, step: number): Promise<void> {
  await expect.poll(() => page.getByTestId('present-at').innerText()).toBe(`${step} of 6`);
  const top = () =>
    page.getByTestId(`present-${names[step - 1]}`).evaluate((section) => section.getBoundingClientRect().top);
  await expect.poll(async () => Math.abs(await top())).toBeLessThan(2);
  await expect.poll(() => new URL(page.url()).hash).toContain(`step=${names[step - 1]}`);
}

test('opens by button and by key, steps by keys and buttons, and gives the focus back', async () => {
  const page = await open();
  await page.getByTestId('open-demo').click();
  await page.getByTestId('section-made').waitFor();
  await page.getByTestId('present').click();
  await stands(page, 1);
  const heading = () => page.evaluate(() => document.activeElement?.textContent);
  await expect.poll(heading).toBe('1 of 6: Which layers know the task?');
  const way = [
    ['ArrowRight', 2],
    [' ', 3],
    ['ArrowDown', 4],
    ['PageDown', 5],
    ['Shift+ ', 4],
    ['ArrowLeft', 3],
    ['End', 6],
    ['ArrowRight', 6],
    ['Home', 1],
    ['ArrowLeft', 1],
  ] as const;
  for (const [key, step] of way) {
    await page.keyboard.press(key);
    await stands(page, step);
  }
  await expect.poll(heading).toBe('1 of 6: Which layers know the task?');
  const next = page.getByRole('button', { name: 'Next step' });
  await next.focus();
  for (const step of [2, 3, 4, 5, 6]) {
    await page.keyboard.press('Enter');
    await stands(page, step);
  }
  expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(await next.getAttribute('aria-disabled')).toBe('true');
  await expect.poll(() => page.locator('[aria-live="polite"]').last().innerText()).toBe('Step 6 of 6: Try it');
  await page.getByTestId('try-text').focus();
  await page.keyboard.type('f ');
  await page.keyboard.press('ArrowLeft');
  await stands(page, 6);
  await page.keyboard.press('Escape');
  await page.getByTestId('section-made').waitFor();
  await page.locator('[data-testid="present"]:focus').waitFor();
  expect(page.url()).not.toContain('step');
  await page.locator('body').press('p');
  await stands(page, 1);
  await page.getByTestId('present-leave').click();
  await page.getByTestId('section-layers').waitFor();
});

test('a link opens at its step, and a scrolled one is in the address', async () => {
  const page = await presented(5);
  await stands(page, 5);
  const answer = await page.getByTestId('present-answer').innerText();
  expect(answer).toContain('“Reviews with a twist” with reviews needs');
  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, -700);
  await expect.poll(() => page.getByTestId('present-at').innerText()).toBe('4 of 6');
  await stands(page, 4);
  await page.reload();
  await stands(page, 4);
  const last = await presented(99);
  await expect.poll(() => last.getByTestId('present-at').innerText()).toBe('6 of 6');
});

test('a link opens the card of a neuron, and what is shown is copied as a link', async () => {
  const context = await newContext();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(`${pageUrl}#result=reviews&neuron=3:5`);
  const title = () => page.locator('#neuron-title').innerText();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(title).toBe('Layer 3, neuron 5');
  await page.getByRole('button', { name: 'Next neuron' }).click();
  await page.getByTestId('neuron-card').getByTestId('copy-link').click();
  await expect.poll(copied).toBe(`${pageUrl}#v=1&result=reviews&neuron=3:6`);
  await page.getByText('Copied.').waitFor();
  await expect.poll(() => new URL(page.url()).hash).toBe('#v=1&result=reviews&neuron=3:6');
  await page.reload();
  await expect.poll(title).toBe('Layer 3, neuron 6');
  await page.keyboard.press('Escape');
  await expect.poll(() => new URL(page.url()).hash).toBe('#v=1&result=reviews');
  await page.getByTestId('present').click();
  await stands(page, 1);
  await page.keyboard.press('End');
  await stands(page, 6);
  await page.getByTestId('present-bar').getByTestId('copy-link').click();
  await expect.poll(copied).toBe(`${pageUrl}#v=1&result=reviews&step=try`);
});

test('the winnowing plays where motion is welcome, and is at its end at once where it is not', async () => {
  const still = await presented(4);
  const [layers, picture] = ['7', '[data-testid="present-remains"] [role="img"]'];
  const through = (page: Page) => page.locator('[data-layers]').getAttribute('data-layers');
  await stands(still, 4);
  expect(await through(still)).toBe(layers);
  expect(await still.getByTestId('play-again').count()).toBe(0);
  const moving = await presented(1, 'no-preference');
  expect(await through(moving)).toBe('0');
  await moving.getByTestId('present-at').waitFor();
  for (const step of [2, 3, 4]) {
    await moving.keyboard.press('ArrowRight');
    await stands(moving, step);
  }
  await expect.poll(() => through(moving), { timeout: 20_000 }).toBe(layers);
  await moving.getByTestId('play-again').click();
  await expect.poll(async () => Number(await through(moving))).toBeLessThan(7);
  await expect.poll(() => through(moving), { timeout: 20_000 }).toBe(layers);
  expect(await moving.locator(picture).getAttribute('aria-label')).toBe(
    await still.locator(picture).getAttribute('aria-label'),
  );
});

test('labelled words: the field answers word by word', async () => {
  const page = await presented(6, 'reduce', 'word-roles');
  await stands(page, 6);
  await page.getByTestId('try-text').fill('the cooks watch the painted boat');
  await expect
    .poll(() => page.getByTestId('try-answer').innerText(), { timeout: 40_000 })
    .toMatch(/watch\s*VERB[\s\S]*painted\s*ADJ[\s\S]*boat\s*NOUN/);
});

test('every step, light and dark, wide and narrow; text for the last row of a room', async () => {
  const page = await presented(1);
  await inspectScreen(page, 'present');
  await page.setViewportSize({ width: 1920, height: 1080 });
  for (const step of [1, 2, 3, 4, 5, 6]) {
    if (step > 1) await page.keyboard.press('ArrowRight');
    await stands(page, step);
    expect(await seriousFindings(page)).toEqual([]);
  }
  const sizes = await page.locator('main').evaluate((main) => {
    const texts = [...main.querySelectorAll('p, h2, h3, li, label, text')].filter(
      (element) => element.checkVisibility() && !element.closest('.visually-hidden, canvas') && element.textContent,
    );
    const zoomOf = (element: Element): number => element.currentCSSZoom;
    return texts.map((element) => ({
      pixels: parseFloat(getComputedStyle(element).fontSize) * zoomOf(element),
      text: element.textContent.slice(0, 40),
    }));
  });
  expect(sizes.length).toBeGreaterThan(30);
  expect(sizes.filter(({ pixels }) => pixels < 28)).toEqual([]);
});
