/** Results on screen: the run's own numbers in the tables, comparing, the address, keys, saved files, refusals. */
import axe from 'axe-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import { drop, forgetEverything, openPage, press, runFile, savedFile } from './page.ts';
import { sampleRun } from './samples.ts';

beforeEach(forgetEverything);

/** Texts of a table's body, row by row. */
function cellsOf(testid: string): string[][] {
  const rows = page.getByTestId(testid).element().querySelectorAll('tbody tr');
  return [...rows].map((row) => [...row.children].map((cell) => cell.firstChild?.textContent?.trim() ?? ''));
}

async function showTable(testid: string): Promise<void> {
  await page.getByTestId(testid).getByRole('button', { name: 'Table' }).click();
}

describe('one result', () => {
  it('answers in a sentence and shows the numbers of the run', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await expect.element(page.getByTestId('answer')).toHaveTextContent('SST-2 with tiny-bert needs 2 of 3 layers');
    await showTable('figure-layers');
    expect(cellsOf('figure-layers')).toEqual([
      ['0', '51.0\u202f%', '1.0\u202f%', '51.0\u202f%', '1.0\u202f%'],
      ['1', '71.2\u202f%', '1.0\u202f%', '73.1\u202f%', '1.0\u202f%'],
      ['2', '89.4\u202f%', '1.0\u202f%', '89.7\u202f%', '1.0\u202f%'],
      ['3', '85.3\u202f%', '1.0\u202f%', '90.0\u202f%', '1.0\u202f%'],
      ['all (oracle)', '–', '–', '90.0\u202f%', '1.0\u202f%'],
    ]);
    await showTable('figure-similarity');
    expect(cellsOf('figure-similarity')[2]).toEqual(['2', '–', '0.610', '1.000', '0.834']);
    await expect.element(page.getByTestId('section-made')).toHaveTextContent('Storage was refused');
  });

  it('changes score, part and kind of CKA, and keeps them in the address', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await page.getByTestId('metric').selectOptions('F1');
    await page.getByText('Dev', { exact: true }).click();
    await page.getByText('Debiased CKA', { exact: true }).click();
    await showTable('figure-layers');
    // f1 is 0.02 below accuracy, dev 0.01 above test
    await expect.poll(() => cellsOf('figure-layers')[1]?.[1]).toBe('70.2\u202f%');
    await showTable('figure-similarity');
    expect(cellsOf('figure-similarity')[2]?.[2]).toBe('0.590');
    expect(location.hash).toContain('metric=f1&split=dev&cka=debiased');
  });

  it('comes back from its address after a reload', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await page.getByText('Train', { exact: true }).click();
    const address = location.hash;
    cleanup();
    await openPage(address);
    await expect.element(page.getByTestId('figure-layers')).toHaveTextContent('Accuracy on the train part');
    // What a result comes to is of the test part, whatever is looked at.
    await expect.element(page.getByTestId('answer')).toHaveTextContent('(89.7 % against 90.0 %)');
  });

  it('says so when an address leads to a result that is not here', async () => {
    await openPage('#v=1&run=abc-1');
    await expect.element(page.getByRole('alert')).toHaveTextContent('not in this browser');
  });
});

describe('several results', () => {
  it('share one table with differences, and close one by one', async () => {
    await openPage();
    drop(runFile(sampleRun('alpha')), runFile(sampleRun('beta', -0.05), 'other.json'));
    await expect.element(page.getByTestId('open-runs')).toHaveTextContent('SST-2 · beta');
    await showTable('figure-layers');
    expect(cellsOf('figure-layers')[2]).toEqual([
      '2',
      '89.4\u202f%',
      '89.7\u202f%',
      '84.4\u202f%',
      '−5.0',
      '84.7\u202f%',
      '−5.0',
    ]);
    await expect.element(page.getByTestId('figure-similarity-2')).toBeVisible();
    await page.getByRole('button', { name: 'Close SST-2 · alpha' }).click();
    await expect.element(page.getByTestId('answer')).toHaveTextContent('SST-2 with beta needs');
    await expect.element(page.getByTestId('open-runs')).not.toBeInTheDocument();
  });
});

describe('keys', () => {
  it('go to sections, move in the heat map, and open the list', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await expect.element(page.getByTestId('figure-similarity')).toBeVisible();
    press('2');
    expect(document.activeElement?.id).toBe('section-similarity');
    expect(location.hash).toContain('section=similarity');
    const grid = page.getByTestId('figure-similarity').getByRole('grid');
    await expect.element(grid).toBeVisible();
    (grid.element() as SVGSVGElement).focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}{ArrowRight}{ArrowRight}');
    await expect.element(page.getByText('Layers 2 and 3: CKA 0.834')).toBeVisible();
    const active = grid.element().getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.getAttribute('aria-label')).toBe('Layers 2 and 3: CKA 0.83');
    press('?');
    await expect.element(page.getByRole('dialog')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  });

  it('keep their cell of the heat map while the page moves below a resting pointer', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    const grid = page.getByTestId('figure-similarity').getByRole('grid');
    await userEvent.hover(grid.getByRole('gridcell', { name: 'Layers 1 and 1' }));
    await expect.element(page.getByText('Layers 1 and 1: CKA 1.000')).toBeVisible();
    (grid.element() as SVGSVGElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    const before = scrollY;
    // The browser says what lies below the pointer some frames after a scroll.
    const moved = new Promise((resolve) => grid.element().addEventListener('mouseover', resolve, { once: true }));
    scrollBy({ top: 40, behavior: 'instant' });
    expect(scrollY - before).toBe(40);
    await moved;
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(page.getByText('Layers 1 and 3: CKA 0.120')).toBeVisible();
  });

  it('stay out of fields', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await expect.element(page.getByTestId('metric')).toBeVisible();
    press('2', page.getByTestId('metric').element());
    expect(location.hash).not.toContain('section');
  });
});

describe('files that are no results', () => {
  it('are refused with the reason behind Open a result', async () => {
    await openPage();
    const input = page.getByTestId('results-input').element() as HTMLInputElement;
    const transfer = new DataTransfer();
    transfer.items.add(new File(['{"name": "x"}'], 'package.json'));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    await expect.element(page.getByRole('alert')).toHaveTextContent('package.json is not a Winnow run file.');
  });

  it('of a newer version are refused with advice', async () => {
    await openPage();
    drop(new File([JSON.stringify({ ...sampleRun('tiny-bert'), version: 99 })], 'run.json'));
    await expect.element(page.getByRole('alert')).toHaveTextContent('run.json has version 99');
  });
});

describe('a saved figure', () => {
  it('stands alone: colours and sizes in it, nothing of the screen', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    const figure = page.getByTestId('figure-layers');
    await expect.element(figure).toBeVisible();
    await expect.poll(() => figure.element().querySelectorAll('circle').length).toBeGreaterThan(8);
    const svg = await (await savedFile(figure.element(), 'SVG', 'image/svg+xml')).text();
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('title')?.textContent).toBe('Score by layer');
    expect(parsed.querySelector('desc')?.textContent).toMatch(
      /Task SST-2, model tiny-bert.*; run.json SHA-256 [0-9a-f]{12}\.$/,
    );
    expect(parsed.querySelectorAll('path:not([aria-label])').length).toBe(4); // two lines, two bands
    expect(svg).not.toMatch(/class=|style=|var\(|<!--/);
    expect(parsed.documentElement.getAttribute('width')).toBe('175mm');
    const caption = await (await savedFile(figure.element(), 'Caption', 'text/plain')).text();
    expect(caption.trim()).toBe(parsed.querySelector('desc')?.textContent);
  });

  it('has the size that was chosen, for all figures and for the next visit', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await page.getByLabelText('Size of all figures').selectOptions('one column, 8.4 cm');
    const figure = page.getByTestId('figure-layers');
    await expect.element(figure.getByLabelText('Size of')).toHaveValue('one-column');
    const svg = await (await savedFile(figure.element(), 'SVG', 'image/svg+xml')).text();
    expect(svg).toContain('width="84mm"');
    expect(localStorage.getItem('winnow-figure-preset')).toBe('one-column');
  });
});

describe('accessibility', () => {
  it('has no finding of axe on the result', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await expect.element(page.getByTestId('figure-similarity')).toBeVisible();
    const { violations } = await axe.run(document.body, { resultTypes: ['violations'] });
    expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html ?? ''}`)).toEqual([]);
  });
});
