/** Several results: the table beside each other, the base, names, order, and ways to more of them. */
import axe from 'axe-core';
import { beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import { WinnowError } from '../../../src/base/errors.ts';
import type { RunFile } from '../../../src/run/run-file.ts';
import { comparison } from '../../../src/ui/state/comparison.svelte.ts';
import { hostedResults } from '../../../src/ui/state/hosted-result.ts';
import { drop, forgetEverything, openPage, runFile } from './page.ts';
import { sampleRun } from './samples.ts';

beforeEach(forgetEverything);

/** Twelve: three models on four tasks, one of them a regression by its score. */
function study(): RunFile[] {
  const tasks = ['sst-2', 'cola', 'rte', 'mrpc'] as const;
  return tasks.flatMap((task, place) =>
    ['bert', 'distilbert', '<b>xlnet</b>'].map((model, shift) => {
      const run = sampleRun(model, shift / 100);
      const sha256 = String(shift + 1).repeat(64);
      const created = `2026-11-2${place}T1${shift}:00:00.000Z`;
      return { ...run, created, model: { ...run.model, sha256 }, data: { ...run.data, task } };
    }),
  );
}

const section = () => page.getByTestId('comparison');
const rows = () => [...section().element().querySelector('tbody')!.querySelectorAll('tr')];
const columnOf = (title: string) =>
  [...section().element().querySelectorAll('thead th')].findIndex((head) => head.textContent === title);
const cell = (row: number, title: string) => rows()[row].children[columnOf(title)].textContent.trim();
const nameOf = (row: number) => rows()[row].querySelector<HTMLInputElement>('input[type=text]')!.value;

it('sets twelve results beside each other, a row each, names as text', async () => {
  await openPage();
  // None holds predictions, and the first is of an earlier version of the file.
  const runs = study().map((run, place) => (place === 0 ? ({ ...run, version: 1 } as unknown as RunFile) : run));
  drop(...runs.map((run, place) => runFile(run, `${place}.json`)));
  await expect.element(section()).toBeVisible();
  await expect.poll(() => rows().length).toBe(12);
  expect(nameOf(2)).toBe('SST-2 · <b>xlnet</b>');
  expect(section().element().querySelector('tbody b')).toBeNull();
  expect(cell(1, 'difference')).toBe('+1.0 points');
  expect(cell(1, 'against')).toBe('SST-2 · bert');
  expect(cell(1, 'test')).toBe('not paired: SST-2 · distilbert holds no predictions');
  expect(cell(1, 'its 95 % interval')).toContain(' to ');
  expect(cell(4, 'against')).toBe('CoLA · bert');
  expect(cell(0, 'difference')).toContain('–');
  const marked = [...rows()[1].querySelectorAll('mark')].map((mark) => mark.textContent);
  expect(marked).toEqual(['distilbert', '222222222222']);
  // Sentences and maps of so many are on their own pages.
  expect(page.getByTestId('answer').elements()).toHaveLength(0);
  const { violations } = await axe.run(section().element());
  expect(violations).toEqual([]);
});

it('takes another base, names and an order, and keeps them', async () => {
  await openPage();
  const [first, second] = study();
  drop(runFile(first, 'a.json'), runFile(second, 'b.json'));
  await expect.poll(() => rows().length).toBe(2);
  await page.getByLabelText('Hold the others against SST-2 · distilbert').click();
  await expect.poll(() => cell(0, 'difference')).toBe('−1.0 points');
  const input = rows()[0].querySelector<HTMLInputElement>('input[type=text]')!;
  input.value = 'Ours';
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await expect.poll(() => cell(0, 'against')).toBe('SST-2 · distilbert');
  await page.getByRole('button', { name: 'Move Ours down' }).click();
  await expect.poll(() => nameOf(1)).toBe('Ours');
  const address = location.hash;
  const kept = localStorage.getItem('winnow-comparison');
  expect(address).not.toContain('Ours');
  expect(kept).toContain('Ours');
  cleanup();
  await openPage(address);
  await expect.poll(() => rows().length).toBe(2);
  expect(rows()[1].querySelector<HTMLInputElement>('input[type=text]')!.value).not.toBe('');
});

it('twelve results that share a score are told apart in every chart, six of them by an edge', async () => {
  await openPage();
  const [first] = study();
  const runs = Array.from({ length: 12 }, (_, place) => ({
    ...first,
    created: `2026-11-26T${10 + place}:00:00.000Z`,
    model: { ...first.model, name: `model ${place + 1}` },
  }));
  drop(...runs.map((run, place) => runFile(run, `${place}.json`)));
  await expect.poll(() => rows().length).toBe(12);
  const looks = (): string[] =>
    rows().map((row) => {
      const { backgroundColor, borderTopColor } = getComputedStyle(row.querySelector('th span span')!);
      return `${backgroundColor} ${borderTopColor}`;
    });
  await expect.poll(() => new Set(looks()).size).toBe(12);
  const figure = page.getByTestId('figure-layers');
  await expect.element(figure).toBeInTheDocument();
  const drawn = (what: string): number => figure.element().querySelectorAll(what).length;
  // Two curves and a level of each; half of them have an edge.
  await expect.poll(() => drawn('path.curve')).toBe(24);
  await expect.poll(() => drawn('path.edge')).toBe(12);
  await expect.poll(() => drawn('line.edge:not(.dots)')).toBe(6);
});

it('a name is forgotten with its result, and comes back with it', () => {
  comparison.rename('r-1', 'Secret project');
  comparison.rename('r-2', 'Other');
  const recall = comparison.forget('r-1');
  expect(localStorage.getItem('winnow-comparison')).not.toContain('Secret');
  recall();
  expect(comparison.nameOf('r-1')).toBe('Secret project');
  expect(comparison.nameOf('r-2')).toBe('Other');
});

it('results of different scores are compared, with a chart a score', async () => {
  await openPage();
  const [first] = study();
  const pearson = { mean: 0.8, deviation: 0.01, seeds: [0.79, 0.81] };
  const of = { train: { pearson }, dev: { pearson }, test: { pearson } };
  const layers = first.layers.individual.map(({ layer }) => ({ layer, ...of }));
  const regression = {
    ...first,
    selection: undefined,
    clustering: undefined,
    mcnemar: undefined,
    created: '2026-11-25T10:00:00.000Z',
    metric: 'pearson' as const,
    data: { ...first.data, task: 'sts-b' as const, labels: [], majority: null },
    oracle: of,
    layers: { individual: layers, concatenated: layers },
  };
  drop(runFile(first, 'a.json'), runFile(regression, 'b.json'));
  await expect.poll(() => rows().length).toBe(2);
  await expect.element(page.getByText('These results share no score')).toBeVisible();
  for (const score of ['accuracy', 'pearson'])
    await expect.element(page.getByTestId(`figure-layers-${score}`)).toBeInTheDocument();
});

it('past runs are ticked, and a result on this host is added by its address', async () => {
  await openPage();
  drop(runFile(sampleRun('tiny-bert')));
  await page.getByText('Compare with past runs, or with a result on this host').click();
  await page.getByTestId('hosted-address').fill('https://elsewhere.example/run.json');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.element(page.getByText(/is another host/)).toBeVisible();
  // The next one is answered for itself.
  await page.getByTestId('hosted-address').fill('http://');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.element(page.getByText('“http://” is no address.')).toBeVisible();
  expect(page.getByText(/is another host/).elements()).toHaveLength(0);
});

it('an address of this host leads to its result, of another to a sentence', async () => {
  const [source] = await hostedResults('/demo/reviews/result.json');
  expect(source.kind).toBe('run');
  const [same] = await hostedResults(`${location.origin}/#v=1&demo=reviews`, `${location.origin}/`);
  expect(same).toEqual(source);
  const all = await hostedResults(location.origin, `${location.origin}/`);
  expect(all).toHaveLength(2);
  expect(all[0]).toEqual(source);
  vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(null, { status: 404 }));
  await expect(hostedResults('/demo/none.json')).rejects.toMatchObject({ code: 'unreadable-file' });
  await expect(hostedResults('http://')).rejects.toMatchObject({ code: 'unreadable-file' });
});

it('the layers of two results are compared by what is kept or by files, and shown as a map', async () => {
  const session = await openPage();
  const testRows = { sha256: 'a'.repeat(64), kept: 'b'.repeat(64) };
  // Made later than those whose names and base the page remembers.
  const [first, second, third] = study().map((run) => ({
    ...run,
    testRows,
    created: run.created.replace('11-', '12-'),
  }));
  const apart = { ...third, testRows: { ...testRows, sha256: 'c'.repeat(64) } };
  drop(...[first, second, apart].map((run, place) => runFile(run, `${place}.json`)));
  await expect.poll(() => rows().length).toBe(3);
  const ofLayers = page.getByTestId('compared-layers');
  const chooseOther = (place: number) => {
    const menu = page.getByTestId('layers-other').element() as HTMLSelectElement;
    menu.selectedIndex = place;
    menu.dispatchEvent(new Event('change', { bubbles: true }));
  };
  chooseOther(1);
  await expect.element(ofLayers.getByText(/were scored on different test rows/)).toBeVisible();
  chooseOther(0);

  await page.getByTestId('compare-layers').click();
  await expect.poll(() => session.layerRequests.length).toBe(1);
  expect(session.layerRequests[0].results.map(({ title, files }) => [title, files])).toEqual([
    ['SST-2 · bert', null],
    ['SST-2 · distilbert', null],
  ]);
  const message = 'The activations of SST-2 · distilbert are not kept here.';
  session.comparing?.reject(new WinnowError('missing-file', message, 'Add them as a file.'));
  await expect.element(ofLayers.getByText(message)).toBeVisible();

  const input = page.getByTestId('layers-input-other').element() as HTMLInputElement;
  const transfer = new DataTransfer();
  transfer.items.add(new File(['x'], 'dev.npy'));
  input.files = transfer.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await expect.element(page.getByTestId('layers-file-other')).toHaveTextContent('dev.npy');
  await page.getByTestId('compare-layers').click();
  await expect.poll(() => session.layerRequests.length).toBe(2);
  expect(session.layerRequests[1].results[1].files?.map(({ path }) => path)).toEqual(['dev.npy']);
  const biased = [
    [0.9, 0.2],
    [0.3, 0.8],
  ];
  session.comparing?.resolve({ rows: 150, cka: { biased, debiased: [biased[1], biased[0]] } });
  const said = page.getByTestId('compared-layers-finding');
  await expect
    .element(said)
    .toHaveTextContent(/Each layer of SST-2 · bert is most alike to that of SST-2 · distilbert/);
  await ofLayers.getByText('Debiased CKA', { exact: true }).click();
  await expect.element(said).toHaveTextContent(/do not follow the order of layers/);
  const cells = page.getByTestId('figure-compared-layers').element().querySelectorAll('[role=gridcell]');
  expect(cells[1].getAttribute('aria-label')).toBe('Layer of SST-2 · bert 0, layer of SST-2 · distilbert 1: CKA 0.80');
  const { violations } = await axe.run(section().element());
  expect(violations).toEqual([]);
});
