/** Neurons on screen: the answer, the winnowing picture, sliders over files and over the run just made, old result files. */
import axe from 'axe-core';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent, type Locator } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import { WinnowError } from '../../../src/base/errors.ts';
import { allResultsText } from '../../../src/published/all-results-write.ts';
import type { FakeSession } from './fake-session.ts';
import { drop, forgetEverything, openPage, runFile, savedFile, textFile } from './page.ts';
import { liveClusters, neuronRun, sampleRun, selectionEntry } from './samples.ts';

beforeEach(forgetEverything);

function cellsOf(testid: string): string[][] {
  const rows = page.getByTestId(testid).element().querySelectorAll('tbody tr');
  return [...rows].map((row) => [...row.children].map((cell) => cell.firstChild?.textContent?.trim() ?? ''));
}

async function showTable(testid: string): Promise<void> {
  await page.getByTestId(testid).getByRole('button', { name: 'Table' }).click();
}

function slide(testid: string, value: number): void {
  const input = page.getByTestId(testid).element() as HTMLInputElement;
  input.value = String(value);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

const answer = () => page.getByTestId('answer');

/** A run that has just ended in this page, its dendrogram still in the engine. */
async function madeRun(): Promise<FakeSession> {
  const session = await openPage();
  drop(textFile('train.tsv'));
  await page.getByTestId('run').click();
  await expect.poll(() => session.requests.length).toBe(1);
  session.say({ kind: 'clusters', live: liveClusters() });
  session.finish(neuronRun('tiny-bert'));
  await expect.element(page.getByTestId('figure-winnow')).toBeVisible();
  return session;
}

describe('a past run', () => {
  it('keeps its dendrogram, and comes back when its deletion is undone', async () => {
    const session = await madeRun();
    expect(session.requests).toHaveLength(1);
    cleanup();
    const { hash } = location;
    await openPage(hash);
    await expect.element(page.getByTestId('figure-winnow')).toBeVisible();
    expect(page.getByTestId('threshold').element()).toHaveProperty('max', '0.99');
    await expect.element(page.getByTestId('retrain-status')).not.toHaveTextContent('holds no dendrogram');
    cleanup();
    await openPage();
    await page.getByRole('button', { name: /^Delete SST-2/ }).click();
    await expect.element(page.getByText('None yet. Results are kept here')).toBeVisible();
    expect(document.activeElement?.textContent.trim()).toBe('Undo');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByTestId('past-runs').getByRole('button', { name: 'SST-2 · tiny-bert', exact: true }).click();
    await expect.element(page.getByTestId('threshold')).toHaveAttribute('max', '0.99');
  });
});

describe('a result that this browser has no room for', () => {
  /** Until the test restores it, each write into a database of that name is refused as where storage is full. */
  function full(database: string) {
    const { put } = IDBObjectStore.prototype;
    return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.transaction.db.name === database) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    });
  }

  it.each([
    ['winnow-results', 'The storage of this browser is full: this result is not kept.', 'it is lost with this tab'],
    ['winnow-dendrograms', 'the dendrogram of this result is not kept.', 'at the thresholds of the run alone'],
  ])('is said to be lost, and still is after a reload: %s', async (database, message, next) => {
    const writing = full(database);
    await madeRun();
    await expect.element(page.getByTestId('unkept-notice')).toHaveTextContent(message);
    await expect.element(page.getByTestId('unkept-notice')).toHaveTextContent(next);
    await expect.poll(() => Object.keys(sessionStorage).join()).toMatch(/winnow-unkept-/);
    if (database === 'winnow-results')
      await expect.poll(() => Object.keys(sessionStorage).join()).toMatch(/winnow-opened-/);
    writing.mockRestore();
    cleanup();
    const { hash } = location;
    await openPage(hash);
    await expect.element(page.getByTestId('figure-winnow')).toBeVisible();
    await expect.element(page.getByTestId('unkept-notice')).toHaveTextContent(message);
    cleanup();
    await openPage();
    // What was kept before is still there.
    await expect.element(page.getByText(/This window keeps nothing/)).not.toBeInTheDocument();
  });

  it('is not said of one that is kept', async () => {
    await madeRun();
    await expect.element(page.getByTestId('section-made')).toBeVisible();
    await expect.element(page.getByTestId('unkept-notice')).not.toBeInTheDocument();
  });
});

describe('a run with neurons', () => {
  it('answers with the minimal set and shows every neuron by its fate', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect
      .element(answer())
      .toHaveTextContent('SST-2 with tiny-bert needs 8 of 128 neurons (6.3 %), all in layer 2');
    await expect.element(answer()).toHaveTextContent('98.3 % of the full probe');
    await showTable('figure-winnow');
    expect(cellsOf('figure-winnow')).toEqual([
      ['0', '0', '16', '16', '0', '32'],
      ['1', '0', '16', '16', '0', '32'],
      ['2', '8', '8', '16', '0', '32'],
      ['3', '0', '0', '0', '32', '32'],
      ['all', '8', '40', '48', '32', '128'],
    ]);
  });

  it('fits its maps into the width of a phone', async () => {
    await page.viewport(390, 844);
    onTestFinished(() => page.viewport(414, 896));
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect.element(page.getByTestId('figure-ranking').getByRole('grid')).toBeVisible();
    for (const id of ['winnow', 'cluster-map', 'ranking']) {
      const figure = page.getByTestId(`figure-${id}`);
      await expect.poll(() => figure.element().querySelector('canvas')?.clientWidth).toBeGreaterThan(200);
      const frame = figure.element().querySelector('.scroll')!;
      expect(frame.scrollWidth, id).toBe(frame.clientWidth);
    }
    expect(document.documentElement.scrollWidth).toBe(innerWidth);
  });

  it('reads a neuron out by keyboard', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    const grid = page.getByTestId('figure-winnow').getByRole('grid');
    await expect.element(grid).toBeVisible();
    (grid.element() as HTMLElement).focus();
    await userEvent.keyboard('{PageDown}{PageDown}');
    // by fate the grain comes first: neuron 94 leads the ordering
    await expect
      .element(page.getByTestId('figure-winnow'))
      .toHaveTextContent('Layer 2, neuron 30: kept, rank 1, one of 2 alike');
    await userEvent.keyboard('{PageDown}{End}');
    await expect.element(page.getByTestId('figure-winnow')).toHaveTextContent('neuron 31: removed by layer selection');
  });

  it('saves the canvas as paths with colours of its own', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect.element(page.getByTestId('figure-winnow')).toBeVisible();
    const frame = page.getByTestId('figure-winnow').element() as HTMLElement;
    const svg = await (await savedFile(frame, 'SVG', 'image/svg+xml')).text();
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelectorAll('path:not([aria-label])')).toHaveLength(4);
    expect(svg).toContain('removed by clustering 48');
    expect(svg).not.toMatch(/var\(|light-dark/);
  });

  it('saves every kind of chart with colours and texts of its own', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect.element(page.getByTestId('figure-ranking')).toBeVisible();
    const figures = [...document.querySelectorAll<HTMLElement>('figure[data-testid^="figure-"]')];
    expect(figures.length).toBeGreaterThan(7);
    for (const figure of figures) {
      const svg = await (await savedFile(figure, 'SVG', 'image/svg+xml')).text();
      const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
      expect(parsed.querySelector('parsererror')).toBeNull();
      expect(parsed.querySelectorAll('path[aria-label]').length, svg).toBeGreaterThan(3);
      expect(svg).not.toMatch(/class=|style=|var\(|light-dark|<!--/);
    }
  });

  it('says what chance explains, what the paper found, and which neurons are kept', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    const section = page.getByTestId('section-neurons');
    await expect.element(section).toHaveTextContent('12 of 200 test rows are right only with all neurons, 9 only');
    await showTable('figure-claims');
    const claims = cellsOf('figure-claims').map((row) => row.slice(0, 3));
    expect(claims.slice(0, 3)).toEqual([
      ['redundant in general', '85\u202f%', '50.0\u202f%'],
      ['redundant for the task', 'at least 92\u202f%', '93.8\u202f%'],
      ['of the score with at most 10 % of neurons', '97\u202f%', '98.3\u202f%'],
    ]);
    await page.getByTestId('kept').getByText('The 8 kept neurons').click();
    expect(cellsOf('kept')[0]).toEqual(['1', '2', '30', '2']);
  });

  it('shows another answer from the list and keeps it in the address', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await page.getByRole('button', { name: 'losses of 1 and 1 %, without clustering' }).click();
    await showTable('figure-winnow');
    expect(cellsOf('figure-winnow')[4]).toEqual(['all', '8', '88', '32', '128']);
    expect(location.hash).toContain('c=-1&deltas=1-1');
  });
});

describe('the card of a neuron', () => {
  const card = () => page.getByTestId('neuron-card');
  const grid = () => page.getByTestId('figure-winnow').getByRole('grid');
  /** In the small frame of the tests the card lies over what is below it. */
  const press = (target: Locator): void => (target.element() as HTMLElement).click();

  it('opens by keyboard, goes on with the arrows, and gives the focus back', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect.element(grid()).toBeVisible();
    (grid().element() as HTMLElement).focus();
    await userEvent.keyboard('{PageDown}{PageDown}{Enter}');
    await expect.element(card()).toHaveTextContent('Layer 2, neuron 30');
    await expect.element(card()).toHaveTextContent('Kept, rank 1, one of 2 alike.');
    await expect.element(card()).toHaveTextContent('1 other neuron in its cluster');
    await expect.element(card()).toHaveTextContent('this result holds no texts. Run it again here');
    expect(document.activeElement?.id).toBe('neuron-title');
    // Framed: the neuron itself, and its mate.
    const frames = [...page.getByTestId('figure-winnow').element().querySelectorAll('.frames path')];
    expect(frames.map((path) => path.getAttribute('d')?.match(/M/g)?.length)).toEqual([2, 1, 1]);
    const { violations } = await axe.run(document.body, { resultTypes: ['violations'] });
    expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html ?? ''}`)).toEqual([]);
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(card()).toHaveTextContent('Layer 2, neuron 28');
    await card().getByRole('button', { name: '2 · 29' }).click();
    await expect.element(card()).toHaveTextContent('Removed by clustering');
    await userEvent.keyboard('{Escape}');
    await expect.element(card()).not.toBeInTheDocument();
    expect(document.activeElement).toBe(grid().element());
    await userEvent.keyboard('{ArrowLeft}{Enter}');
    await expect.element(card()).toBeVisible();
    (grid().element() as HTMLElement).focus();
    await userEvent.keyboard('{PageDown}');
    await expect.element(card()).toHaveTextContent('Layer 3, neuron 0');
    await expect.element(card()).toHaveTextContent('Removed by layer selection.');
  });

  it('shows the rows that the worker reads, of the part chosen, by a click on the map and in a list', async () => {
    const session = await madeRun();
    await expect.element(grid()).toBeVisible();
    await expect.element(page.getByTestId('kept')).toBeVisible();
    const canvas = grid().element().querySelector('canvas')!;
    const { left, bottom } = canvas.getBoundingClientRect();
    // Above the words below the cells, in the lowest layer.
    canvas.dispatchEvent(new MouseEvent('click', { clientX: left + 66, clientY: bottom - 38, bubbles: true }));
    await expect.element(card()).toHaveTextContent(/Layer 3, neuron \d+/);
    const place = /neuron (\d+)/.exec(card().element().textContent)?.[1];
    const clicked = 96 + Number(place);
    await expect.element(card()).toHaveTextContent(`test row of ${clicked}`);
    await expect.element(card()).toHaveTextContent('positive');
    await expect.element(card()).toHaveTextContent('−0.250');
    press(card().getByRole('radio', { name: 'Train' }));
    await expect.element(card()).toHaveTextContent(`train row of ${clicked}`);
    press(page.getByTestId('kept').getByText('The 8 kept neurons'));
    press(page.getByTestId('kept').getByRole('button', { name: 'Card of neuron 28' }));
    await expect.element(card()).toHaveTextContent('train row of 92');
    press(card().getByRole('button', { name: 'Neuron before' }));
    await expect.element(card()).toHaveTextContent('train row of 94');
    press(card().getByRole('button', { name: 'Next neuron' }));
    await expect.element(card()).toHaveTextContent('train row of 92');
    // What is known is not read again.
    expect(session.neurons.map(({ neuron, split }) => `${split} ${neuron}`)).toEqual([
      `test ${clicked}`,
      `train ${clicked}`,
      'train 92',
      'train 94',
    ]);
  });

  it('shows rows that a file holds, words coloured by their values', async () => {
    await openPage();
    const list = [
      { word: 'so', value: 0 },
      { word: 'warm', value: 3 },
    ];
    const row = { row: 1, value: 3, label: 0, text: '', pair: null, words: { at: 1, list } };
    const pair = { row: 2, value: -2, label: 1, text: 'One.', pair: 'Two.' };
    const neurons = [{ neuron: 94, mean: 0, deviation: 1, highest: [row], lowest: [pair] }];
    drop(runFile({ ...neuronRun('tiny-bert'), neuronRows: { split: 'test', neurons } }));
    await expect.element(page.getByTestId('section-made')).toHaveTextContent('rows of the test part, of 1 neuron');
    await page.getByTestId('kept').getByText('The 8 kept neurons').click();
    await page.getByTestId('kept').getByRole('button', { name: 'Card of neuron 30' }).click();
    const own = card().element().querySelector<HTMLElement>('.own')!;
    expect(own.textContent).toBe('warm');
    const grounds = [...card().element().querySelectorAll<HTMLElement>('.word')].map(
      (word) => getComputedStyle(word).backgroundColor,
    );
    expect(new Set(grounds).size).toBe(2);
    await expect.element(card().getByText('Two.')).toBeVisible();
    await card().getByRole('button', { name: 'Next neuron' }).click();
    await expect.element(card()).toHaveTextContent('of its leading neurons only');
  });
});

describe('sliders over a file', () => {
  it('snap to the thresholds in it and say why', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    const status = page.getByTestId('retrain-status');
    await expect.element(status).toHaveTextContent('c moves between the thresholds in it (none, 0.3, 0.6)');
    slide('threshold', 2);
    await expect.element(answer()).toHaveTextContent('Not yet retrained at c = 0.6');
    await expect.element(status).toHaveTextContent('run it again here');
    await expect.element(page.getByTestId('section-clusters')).toHaveTextContent('form 32 clusters (25.0 % remain)');
    await expect.poll(() => location.hash).toContain('c=0.6');
  });

  it('answer a looser loss from the sizes that were tried', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect.element(page.getByTestId('question')).toBeVisible();
    slide('delta-neurons', 3);
    await expect.element(answer()).toHaveTextContent('needs at most 8 of 128 neurons');
    slide('delta-neurons', 0);
    await expect.element(answer()).toHaveTextContent('whether 48 of 128 neurons');
  });

  it('move LayerSelector at once', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect.element(page.getByTestId('question')).toBeVisible();
    slide('delta-layers', 0);
    await expect.element(page.getByTestId('question')).toHaveTextContent(/within that on dev: layers 0–.?3/);
    await expect.element(answer()).toHaveTextContent('Not yet retrained');
  });
});

describe('sliders over the run just made', () => {
  it('give clusters at any threshold at once, then the retrained score', async () => {
    const session = await madeRun();
    slide('threshold', 0.25);
    await expect.element(page.getByTestId('section-clusters')).toHaveTextContent('At c = 0.25 the 128 neurons');
    await expect.element(page.getByTestId('section-clusters')).toHaveTextContent('form 64 clusters');
    slide('threshold', 0.55);
    await expect.element(page.getByTestId('section-clusters')).toHaveTextContent('form 1 cluster');
    await expect.element(page.getByTestId('retrain-status')).toHaveTextContent('Not yet retrained at c = 0.55');
    await expect.poll(() => session.questions).toEqual([{ deltas: { layers: 1, neurons: 1 }, threshold: 0.55 }]);
    session.answer(selectionEntry(0.55));
    await expect.element(answer()).toHaveTextContent('SST-2 with tiny-bert needs 8 of 128 neurons');
    await expect.element(page.getByTestId('retrain-status')).toHaveTextContent('Retrained for this very question.');
    await expect.element(page.getByTestId('answers')).toHaveTextContent('0.55');
  });

  it('follow the handle on the curve of clusters', async () => {
    await madeRun();
    const find = () => document.querySelector<SVGRectElement>('[data-testid="figure-cluster-curve"] .catch');
    await expect.poll(find).not.toBeNull();
    const plot = find()!;
    const { left, top, width } = plot.getBoundingClientRect();
    plot.setPointerCapture = () => undefined;
    const drag = (type: string, c: number) => {
      // from 0 to 1 with 8 pixels on either side
      const at = { clientX: left + 8 + (width - 16) * c, clientY: top + 40, pointerId: 1, buttons: 1, bubbles: true };
      plot.dispatchEvent(new PointerEvent(type, at));
    };
    drag('pointerdown', 0.25);
    await expect.element(page.getByTestId('section-clusters')).toHaveTextContent('At c = 0.25 the 128 neurons');
    drag('pointermove', 0.5);
    await expect.element(page.getByTestId('section-clusters')).toHaveTextContent('At c = 0.5 the 128 neurons');
    await expect.element(page.getByTestId('figure-cluster-curve')).toHaveTextContent(/0\.5: .+ %/);
  });

  it('let only the newest question wait', async () => {
    const session = await madeRun();
    slide('threshold', 0.1);
    await expect.poll(() => session.questions.length).toBe(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    for (const threshold of [0.15, 0.18]) {
      slide('threshold', threshold);
      await expect.element(page.getByTestId('retrain-status')).toHaveTextContent(`c = ${threshold}`);
      expect(vi.getTimerCount()).toBeGreaterThan(0);
      // A slider that rests is a question.
      await vi.runOnlyPendingTimersAsync();
    }
    expect(session.questions).toHaveLength(1);
    session.answer(selectionEntry(0.1));
    await expect.poll(() => session.questions.map(({ threshold }) => threshold)).toEqual([0.1, 0.18]);
  });

  it('say so when the engine no longer holds the run', async () => {
    const session = await madeRun();
    slide('threshold', 0.1);
    await expect.poll(() => session.questions.length).toBe(1);
    session.refuse(new WinnowError('missing-file', 'The engine holds no run.', 'Run it again.'));
    await expect.element(page.getByRole('alert')).toHaveTextContent('The engine holds no run. Run it again.');
  });
});

describe('an all_results.json', () => {
  it('opens and is drawn', async () => {
    await openPage();
    drop(new File([allResultsText(neuronRun('tiny-bert'))], 'all_results.json'));
    await expect.element(answer()).toHaveTextContent('8 of 128 neurons (6.3 %), all in layer 2');
    await expect.element(answer()).toHaveTextContent('whether that is enough was not tested');
    await expect.element(page.getByTestId('reasons')).toHaveTextContent('This file does not hold');
    const clusters = page.getByTestId('section-clusters');
    await expect.element(clusters).toHaveTextContent('every neuron stands for itself');
    await expect.element(clusters).toHaveTextContent('Move the slider above to see clusters at c = 0.3.');
    slide('threshold', 1);
    await expect.element(clusters).toHaveTextContent('the 96 neurons in layers 0–');
    await expect.element(page.getByTestId('section-similarity')).toHaveTextContent('holds no similarity of layers');
    await expect.element(page.getByTestId('section-made')).toHaveTextContent('Made by the published scripts');
    await expect
      .element(page.getByTestId('unsavable'))
      .toHaveTextContent('can be neither saved as a page nor published');
    expect(page.getByTestId('publish').elements()).toEqual([]);
    expect(document.body.innerText).not.toMatch(/NaN|undefined/);
  });

  it('that is broken says what and where', async () => {
    await openPage();
    drop(new File([allResultsText(neuronRun('tiny-bert')).slice(0, 5000)], 'all_results.json'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(/all_results\.json is not JSON from character \d+/);
  });
});

describe('several results', () => {
  it('share curves and pool their windows', async () => {
    await openPage();
    drop(runFile(neuronRun('alpha')), runFile(neuronRun('beta', -0.05), 'other.json'));
    await expect.element(page.getByTestId('figure-winnow-2')).toBeVisible();
    await showTable('figure-windows');
    expect(cellsOf('figure-windows')[0]).toEqual(['1', '64', '64', '128']);
    await showTable('figure-sizes');
    expect(cellsOf('figure-sizes')[1]?.[0]).toBe('8');
  });

  it('one of them without neurons leaves the others theirs', async () => {
    await openPage();
    drop(runFile(neuronRun('alpha')), runFile(sampleRun('beta'), 'other.json'));
    await expect.element(page.getByTestId('figure-winnow')).toBeVisible();
    await expect.element(page.getByTestId('figure-winnow-2')).not.toBeInTheDocument();
  });
});

describe('a run of an earlier version', () => {
  it('says that it holds no neurons', async () => {
    await openPage();
    drop(runFile(sampleRun('tiny-bert')));
    await expect.element(answer()).toHaveTextContent('SST-2 with tiny-bert needs 2 of 3 layers');
    await expect.element(page.getByTestId('section-clusters')).toHaveTextContent('run it again');
  });
});

describe('accessibility', () => {
  it('has no finding of axe', async () => {
    await openPage();
    drop(runFile(neuronRun('tiny-bert')));
    await expect.element(page.getByTestId('figure-ranking')).toBeVisible();
    await page.getByTestId('kept').getByText('The 8 kept neurons').click();
    const { violations } = await axe.run(document.body, { resultTypes: ['violations'] });
    expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html ?? ''}`)).toEqual([]);
  });
});
