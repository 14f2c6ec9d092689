/** A run on screen: stages, progress, first results, cancel, an error in its stage, the result at the end. */
import { createStore, setMany } from 'idb-keyval';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanup } from 'vitest-browser-svelte';
import { page } from 'vitest/browser';
import { WinnowError } from '../../../src/base/errors.ts';
import type { FakeSession } from './fake-session.ts';
import { drop, forgetEverything, openPage, press, textFile } from './page.ts';
import { neuronRun, sampleRun, selectionEntry, splitScores } from './samples.ts';

beforeEach(forgetEverything);

async function startRun(): Promise<FakeSession> {
  const session = await openPage();
  drop(textFile('train.tsv'));
  await page.getByTestId('run').click();
  await expect.poll(() => session.requests.length).toBe(1);
  return session;
}

describe('a run', () => {
  it('asks for what was set up', async () => {
    const session = await startRun();
    expect(session.requests[0]?.files.map((file) => file.path)).toEqual(['train.tsv']);
    expect(session.requests[0]?.options).toMatchObject({ protocol: 'refined', seeds: 3, rows: null });
  });

  it('shows stages, units, rate, time left, and the per cent in the title', async () => {
    const session = await startRun();
    session.say({ kind: 'stage', stage: 'read', state: 'started', ms: 0 });
    session.say({ kind: 'stage', stage: 'read', state: 'done', ms: 1200 });
    session.say({ kind: 'stage', stage: 'tokenize', state: 'done', ms: 300 });
    session.say({ kind: 'stage', stage: 'extract', state: 'started', ms: 0 });
    session.say({
      kind: 'progress',
      stage: 'extract',
      done: 1000,
      total: 2000,
      share: 0.5,
      unit: 'rows',
      rate: 250,
      secondsLeft: 4,
    });
    const stages = page.getByTestId('stages');
    await expect.element(stages).toHaveTextContent('done in 1.2 s');
    await expect.element(stages).toHaveTextContent('1 000 of 2 000 rows · 250 rows a second · about 4 s left');
    // read 1 + tokenize 2 + half of extract's 60, of 100
    await expect.poll(() => document.title).toBe('33 % · Winnow');
    await expect.element(page.getByText('Extract every layer, stage 3 of 8.')).toBeInTheDocument();
  });

  it('shows scores and similarity before the end', async () => {
    const session = await startRun();
    const { layers, cka } = sampleRun('tiny-bert');
    session.say({ kind: 'scores', layers: { seedsDone: 1, oracle: splitScores(0.9), ...layers } });
    await expect.element(page.getByText('After 1 seed, on the test part.')).toBeVisible();
    session.say({ kind: 'found', field: 'cka', value: cka });
    await expect.element(page.getByRole('gridcell', { name: 'Layers 2 and 3: CKA 0.83' })).toBeInTheDocument();
    session.say({ kind: 'warning', text: 'Storage is full.' });
    await expect.element(page.getByText('Storage is full.')).toBeVisible();
  });

  it('shows answers about neurons as they come', async () => {
    const session = await startRun();
    session.say({ kind: 'found', field: 'clustering', value: [] });
    session.say({ kind: 'found', field: 'selection', value: [selectionEntry(-1)] });
    const table = page.getByRole('table', { name: 'Neurons kept so far' });
    await expect.element(table).toHaveTextContent(/none0–29686\.3.%88\.5 ± 1\.0.%/);
    await expect.element(page.getByText('Clusters so far')).not.toBeInTheDocument();
    const [entry] = neuronRun('tiny-bert').clustering ?? [];
    session.say({ kind: 'found', field: 'clustering', value: entry ? [{ ...entry, test: undefined }] : [] });
    const clusters = page.getByRole('table', { name: 'Clusters so far' });
    await expect.element(clusters).toHaveTextContent(/0\.36450\.0.%0/);
  });

  it('ends in its result, which Back leaves for the set-up', async () => {
    const session = await startRun();
    session.finish(sampleRun('tiny-bert'));
    await expect.element(page.getByTestId('answer')).toHaveTextContent('SST-2 with tiny-bert needs 2 of 3 layers');
    expect(location.hash).toMatch(/^#v=1&run=[a-z0-9-]+$/);
    history.back();
    await expect.element(page.getByTestId('model-card')).toBeVisible();
  });

  it('is in the list of past runs afterwards, to be reopened and deleted', async () => {
    const session = await startRun();
    session.finish(sampleRun('tiny-bert'));
    await expect.element(page.getByTestId('answer')).toBeVisible();
    await page.getByRole('link', { name: 'Winnow' }).click();
    const past = page.getByTestId('past-runs');
    await past.getByRole('button', { name: 'SST-2 · tiny-bert', exact: true }).click();
    await expect.element(page.getByTestId('figure-layers')).toBeVisible();
    history.back();
    await past.getByRole('button', { name: /^Delete SST-2 · tiny-bert/ }).click();
    await expect.element(page.getByText('None yet.')).toBeVisible();
  });

  it('is kept once: the storage of the tab, which is small, holds it only where the list of past runs cannot', async () => {
    const heldByTab = () => Object.keys(sessionStorage).filter((key) => key.startsWith('winnow-opened-'));
    const session = await startRun();
    session.finish(sampleRun('tiny-bert'));
    await expect.element(page.getByTestId('section-made')).toBeVisible();
    const { hash } = location;
    await page.getByRole('link', { name: 'Winnow' }).click();
    await expect.element(page.getByTestId('past-runs')).toHaveTextContent('SST-2 · tiny-bert');
    expect(heldByTab()).toEqual([]);
    cleanup();
    await openPage(hash);
    await expect.element(page.getByTestId('answer')).toHaveTextContent('SST-2 with tiny-bert needs 2 of 3 layers');
    cleanup();

    const refusing = await startRun();
    const open = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('refused', 'InvalidStateError');
    });
    refusing.finish({ ...sampleRun('tiny-bert'), created: '2026-03-01T00:00:00.000Z' });
    await expect.poll(heldByTab).toHaveLength(1);
    open.mockRestore();
  });

  it('stands in a list of which the newest ten are shown, and all on request', async () => {
    const store = createStore('winnow-results', 'runs');
    const entries = Array.from({ length: 40 }, (_, index): [string, unknown] => [
      `old-${index}`,
      { savedAt: index, run: sampleRun(`bert-${index}`) },
    ]);
    await setMany(entries, store);
    await openPage();
    const past = page.getByTestId('past-runs');
    await expect.element(past).toHaveTextContent('SST-2 · bert-39');
    expect(past.getByRole('listitem').elements()).toHaveLength(10);
    expect(past.element().textContent).not.toContain('SST-2 · bert-29');
    await page.getByRole('button', { name: 'Show all 40' }).click();
    await expect.element(past).toHaveTextContent('SST-2 · bert-0');
    expect(past.getByRole('listitem').elements()).toHaveLength(40);
  });
});

describe('cancel', () => {
  it('goes back to the set-up at once, says what is kept, and the next run works', async () => {
    const session = await startRun();
    session.say({ kind: 'stage', stage: 'extract', state: 'started', ms: 0 });
    await page.getByTestId('cancel').click();
    await expect.element(page.getByText(/The activations extracted so far are kept/)).toBeVisible();
    await expect.element(page.getByTestId('run')).toBeEnabled();
    await page.getByTestId('run').click();
    await expect.poll(() => session.requests.length).toBe(2);
    session.finish(sampleRun('tiny-bert'));
    await expect.element(page.getByTestId('answer')).toBeVisible();
  });

  it('by Escape asks first, and then ignores what the worker still says', async () => {
    const session = await startRun();
    press('Escape');
    await page.getByTestId('go-on').click();
    await expect.element(page.getByTestId('stages')).toBeVisible();
    press('Escape');
    await page.getByTestId('cancel-now').click();
    await expect.element(page.getByTestId('run')).toBeEnabled();
    session.say({ kind: 'warning', text: 'A late word.' });
    await expect.element(page.getByText('A late word.')).not.toBeInTheDocument();
  });
});

describe('an error', () => {
  it('takes the place of its stage and can be tried again', async () => {
    const session = await startRun();
    session.say({ kind: 'stage', stage: 'read', state: 'done', ms: 5 });
    session.say({ kind: 'stage', stage: 'tokenize', state: 'started', ms: 0 });
    session.fail(new WinnowError('bad-data', '`train.tsv` has no rows.', 'Choose another file.'));
    const alert = page.getByRole('alert');
    await expect.element(alert).toHaveTextContent('train.tsv has no rows.');
    await expect.element(alert).toHaveTextContent('Choose another file.');
    expect(alert.element().closest('li')?.textContent).toContain('Cut texts into subwords');
    await page.getByTestId('try-again').click();
    await expect.poll(() => session.requests.length).toBe(2);
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });
});

describe('a quick look', () => {
  it('is marked wherever it is shown, and refined with all rows of the same files', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    await page.getByTestId('quick-look').click();
    await expect.poll(() => session.requests.at(-1)?.options.quick).toBe(true);
    const run = sampleRun('tiny-bert');
    session.finish({ ...run, options: { ...run.options, sample: 500 } });
    const notice = page.getByTestId('quick-look-notice');
    await expect.element(notice).toHaveTextContent('Quick look: at most 500 rows of every part');
    await expect.poll(() => document.title).toContain('quick look');
    await page.getByTestId('refine').click();
    await expect.poll(() => session.requests).toHaveLength(2);
    expect(session.requests[1].options.quick).toBe(false);
    expect(session.requests[1].files.map(({ path }) => path)).toEqual(['train.tsv']);
    session.finish({ ...run, created: '2026-03-01T00:00:00.000Z' });
    await expect.element(page.getByTestId('section-made')).toBeVisible();
    await expect.element(notice).not.toBeInTheDocument();
    // Another tab has no files of it.
    await openPage();
    await page
      .getByTestId('past-runs')
      .getByRole('button', { name: / · quick look$/ })
      .first()
      .click();
    await expect.element(notice).toHaveTextContent('drop its model and data again and press Run');
    await expect.element(page.getByTestId('refine')).not.toBeInTheDocument();
  });
});

describe('leaving', () => {
  it('is asked about while a run goes on, and only then', async () => {
    const session = await startRun();
    const leave = (): boolean => dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leave()).toBe(false);
    session.finish(sampleRun('tiny-bert'));
    await expect.element(page.getByTestId('answer')).toBeVisible();
    expect(leave()).toBe(true);
  });

  it('stands alone where the run stopped before it had a stage', async () => {
    const session = await startRun();
    session.say({ kind: 'stages', stages: [] });
    session.fail(new WinnowError('worker-crashed', 'The engine stopped unexpectedly.', 'Try again.'));
    await expect.element(page.getByRole('alert')).toHaveTextContent('The engine stopped unexpectedly.');
    await page.getByTestId('try-again').click();
    await expect.poll(() => session.requests.length).toBe(2);
  });
});
