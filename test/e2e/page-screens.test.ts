/**
 * Every screen in both themes at 1280 and at 390 pixels: nothing serious found by axe, nothing wider than the window
 * (WINNOW_SCREENS=1: and a picture to look at in out/screens). And what the address and the first paint promise.
 */
import { rm } from 'node:fs/promises';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { ownFolder, ownInputs } from './cli-process.ts';
import { pageUrl, useBrowser } from './support/browser.ts';
import { deepRunFile } from './support/deep-run.ts';
import { printedPlaces } from './support/printed-places.ts';
import { alarms, during, filesIn, give, setOptions, startRun, wholeRun } from './support/page.ts';
import { inspectScreen } from './support/screens.ts';

const { newContext, open } = useBrowser();

async function inputs(train: number): Promise<string[]> {
  const { model, data } = await ownInputs({ train, dev: 60 });
  return filesIn(model, data);
}

describe('every screen, light and dark, wide and narrow', () => {
  test('start', async () => {
    const page = await open();
    await page.getByTestId('demo').waitFor();
    await inspectScreen(page, 'start');
  });

  test('set-up', async () => {
    const page = await open();
    await give(page, await inputs(200));
    await setOptions(page);
    await page.getByTestId('estimate').waitFor();
    await inspectScreen(page, 'set-up');
  });

  test('run', async () => {
    const page = await open();
    await give(page, await inputs(40_000));
    await setOptions(page, { seeds: 50 });
    await startRun(page);
    await during(page, 'Extract every layer');
    await inspectScreen(page, 'run');
    expect(await page.locator('main').getAttribute('data-screen')).toBe('run');
  });

  test('result', async () => {
    const page = await open();
    await page.getByTestId('open-demo').click();
    await page.getByTestId('section-made').waitFor();
    for (const button of await page.getByRole('button', { name: 'Table' }).all()) await button.click();
    await inspectScreen(page, 'result');
  });

  test('error', async () => {
    const page = await open();
    const files = await inputs(200);
    await give(page, files);
    await Promise.all(files.filter((file) => file.endsWith('.safetensors')).map((file) => rm(file)));
    await startRun(page);
    await page.getByTestId('try-again').waitFor();
    expect(await alarms(page)).toHaveLength(1);
    await inspectScreen(page, 'error');
  });
});

describe('on paper', () => {
  const mostPages = 8;
  /** Of Letter, the lower of the two, between the margins; in pixels. */
  const pageHeight = ((279.4 - 28) / 25.4) * 96;

  interface Box {
    name: string;
    left: number;
    right: number;
    top: number;
    bottom: number;
  }

  /** Of all that must be whole: figures, tables and what they hold. */
  function boxes(page: Page, selector: string): Promise<Box[]> {
    return page.locator(selector).evaluateAll((elements) =>
      elements.map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const figure = element.closest('figure')?.dataset.testid ?? '';
        return { name: `${element.nodeName} ${figure}`, left, right, top, bottom };
      }),
    );
  }

  const overlap = (a: Box, b: Box): boolean =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;

  test.each(['the demo', '13 layers'])(
    'nothing of %s is cut or lies over another, on eight pages at most',
    async (of) => {
      const page = await open();
      if (of === 'the demo') await page.getByTestId('open-demo').click();
      else
        await page
          .getByTestId('results-input')
          .first()
          .setInputFiles(await deepRunFile(await ownFolder()));
      await page.getByTestId('section-made').waitFor();
      for (const format of ['A4', 'Letter'] as const) {
        const { pages, places } = await printedPlaces(
          page,
          '.page :is(figure, h2:not(.visually-hidden), dd, tr > :last-child)',
          format,
        );
        expect(pages, format).toBeGreaterThan(3);
        expect(pages, format).toBeLessThanOrEqual(mostPages);
        expect(places.length, format).toBeGreaterThan(30);
        expect(places.filter(({ first, last }) => first !== last).map(({ name }) => name)).toEqual([]);
        const parts = places.filter(({ name }) => !name.startsWith('T'));
        const headings = parts.filter(({ name }) => name.startsWith('H2'));
        // The last section begins with its facts, not with a figure.
        for (const heading of headings.slice(0, -1))
          expect(parts[parts.indexOf(heading) + 1].first, heading.name).toBe(heading.last);
        for (let sheet = 0; sheet < pages - 1; sheet++) {
          const ends = places.filter(({ last }) => last === sheet).map(({ bottom }) => bottom);
          expect(Math.max(...ends), `${format}, page ${sheet + 1}`).toBeGreaterThan(0.5);
        }
      }
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const paperBox = async () => (await boxes(page, '.page'))[0];
      const paperWidth = () => paperBox().then(({ left, right }) => right - left);
      await expect.poll(paperWidth).toBeCloseTo((180 / 25.4) * 96, 0);
      const paper = await paperBox();
      const parts = await boxes(
        page,
        '.page :is(figure, [data-picture], [data-picture] text, table, h1, h2, h3, p, dl)',
      );
      const cut = parts.filter(({ left, right }) => left < paper.left - 1 || right > paper.right + 1);
      expect(cut.filter(({ left, right }) => right - left > 1).map(({ name }) => name)).toEqual([]);
      const figures = await boxes(page, 'figure');
      expect(figures.length).toBeGreaterThan(9);
      expect(figures.filter(({ top, bottom }) => bottom - top > pageHeight)).toEqual([]);
      for (const [index, figure] of figures.entries())
        expect(figures.slice(index + 1).filter((other) => overlap(figure, other))).toEqual([]);
      const breaks = await page
        .locator('figure')
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).breakInside));
      expect(new Set(breaks)).toEqual(new Set(['avoid']));
    },
  );
});

async function settledText(page: Page): Promise<string> {
  let seen = '';
  await expect
    .poll(
      async () => {
        const [last, now] = [seen, await page.locator('main').innerText()];
        seen = now;
        return now === last;
      },
      { interval: 300 },
    )
    .toBe(true);
  return seen;
}

describe('the address', () => {
  test('restores a result as it was shown', async () => {
    const page = await open();
    await page.getByTestId('open-demo').click();
    await page.getByTestId('section-made').waitFor();
    await page.getByTestId('metric').selectOption('matthews_corrcoef');
    for (const name of ['Dev', 'Debiased CKA']) {
      await page.getByText(name, { exact: true }).click();
      await expect.poll(() => page.getByRole('radio', { name, exact: true }).isChecked()).toBe(true);
    }
    // Sections follow in their turn.
    const before = await settledText(page);
    await page.reload();
    await page.getByTestId('section-made').waitFor();
    await expect.poll(() => page.locator('main').innerText()).toBe(before);
  });

  test('finds a run of this browser again, and holds nothing of the user', async () => {
    const page = await open();
    await give(page, await inputs(200));
    await wholeRun(page);
    // What only the files of the run just made can give (neurons at any threshold, activations, texts) is not there again.
    const sections = ['answer', 'section-layers', 'section-similarity', 'section-made'];
    const shown = async (on: Page): Promise<string[]> => {
      const texts = await on.locator(sections.map((id) => `[data-testid=${id}]`).join(',')).allInnerTexts();
      return texts.map((text) => text.replace(/\s*(?:Save the activations|Show their texts)$/, ''));
    };
    const before = await shown(page);
    expect(before).toHaveLength(sections.length);
    expect(page.url()).not.toMatch(/model|reviews|tsv/);
    await page.reload();
    await expect.poll(() => shown(page)).toEqual(before);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await expect.poll(() => shown(other)).toEqual(before);
    await page.goBack();
    await page.locator('main[data-screen="start"]').waitFor();
  });
});

test("the demo's stored result is painted without a model, an engine or its data", async () => {
  const context = await newContext();
  const asked: string[] = [];
  const page = await context.newPage();
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pageUrl);
  await page.getByTestId('demo').locator('svg').first().waitFor();
  expect(asked.filter((url) => /safetensors|tokenizer|\.tsv|\.wasm/.test(url))).toEqual([]);
});
