/** The first screen: the demo's stored result, running it here, kept activations. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { firstPublication } from '../../../src/publication/publication.ts';
import { FakeSession } from './fake-session.ts';
import { drop, forgetEverything, openPage, runFile } from './page.ts';
import { estimate, inspection, sampleRun } from './samples.ts';

beforeEach(async () => {
  vi.restoreAllMocks();
  await forgetEverything();
});

const demoAnswers: Readonly<Record<string, unknown>> = {
  'index.json': { results: ['sample'] },
  'sample/manifest.json': {
    ...firstPublication('Sample reviews'),
    ...{ id: 'sample', note: 'Made for a test.', task: 'Sample reviews', columns: null, smaller: [] },
    files: [
      { path: 'config.json', bytes: 2, role: 'model' },
      { path: 'train.tsv', bytes: 2, role: 'train' },
    ],
  },
  'sample/result.json': sampleRun('sample'),
  'sample/config.json': {},
  'sample/train.tsv': {},
};

/** A second one beside it. */
const twoDemos: typeof demoAnswers = {
  ...demoAnswers,
  'index.json': { results: ['sample', 'other'] },
  'other/manifest.json': {
    ...firstPublication('Other words'),
    ...{ id: 'other', note: 'Made too.', task: 'Other words', columns: null, files: [], smaller: [] },
  },
  'other/result.json': sampleRun('other'),
};

/** Serves a demo of two files in place of the page's own folder. */
function serveDemo(answers = demoAnswers): void {
  vi.spyOn(globalThis, 'fetch').mockImplementation((input) => {
    const path = String(input instanceof Request ? input.url : input).split('/demo/')[1] ?? '';
    const answer = answers[path];
    return Promise.resolve(answer === undefined ? new Response(null, { status: 404 }) : Response.json(answer));
  });
}

describe('the demo', () => {
  it('shows its stored result, and the whole of it on request', async () => {
    serveDemo();
    await openPage();
    await expect
      .element(page.getByTestId('answer'))
      .toHaveTextContent('“Sample reviews” with sample needs 2 of 3 layers');
    await page.getByTestId('open-demo').click();
    await expect.element(page.getByTestId('figure-similarity')).toBeVisible();
    expect(location.hash).toBe('#v=1&result=sample');
  });

  it('is one of several: each is shown on request, and opens as itself', async () => {
    serveDemo(twoDemos);
    await openPage();
    const answer = page.getByTestId('answer');
    await expect.element(answer).toHaveTextContent('“Sample reviews” with sample needs');
    await page.getByText('Other words', { exact: true }).click();
    await expect.element(answer).toHaveTextContent('“Other words” with other needs');
    await page.getByTestId('open-demo').click();
    await expect.element(page.getByTestId('figure-similarity')).toBeVisible();
    expect(location.hash).toBe('#v=1&result=other');
  });

  it('runs here: its files go in as if dropped', async () => {
    serveDemo();
    const session = await openPage();
    await page.getByTestId('run-demo').click();
    await expect.poll(() => session.requests.length).toBe(1);
    expect(session.requests[0]?.files.map((file) => file.path)).toEqual(['sample/config.json', 'sample/train.tsv']);
    await expect.element(page.getByTestId('stages')).toBeVisible();
  });

  it('that cannot be read leaves the rest of the page working', async () => {
    vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status: 404 }));
    await openPage();
    await expect.element(page.getByRole('alert')).toHaveTextContent('file index.json of a result');
    await expect.element(page.getByTestId('choose-folder')).toBeEnabled();
  });
});

describe('kept activations', () => {
  it('are listed with their size and deleted once that was asked', async () => {
    const session = new FakeSession(inspection, estimate);
    session.keptItems = [
      { key: 'a', title: 'tiny-bert · SST-2 train', rows: 2000, rowsDone: 500, bytes: 1_500_000, lastUsed: 2 },
      { key: 'b', title: 'tiny-bert · SST-2 dev', rows: 200, rowsDone: 200, bytes: 500_000, lastUsed: 1 },
    ];
    await openPage('#v=1', session);
    const kept = page.getByTestId('kept');
    await expect.element(kept).toHaveTextContent('500 of 2 000 rows, 1.50 MB');
    await page.getByRole('button', { name: 'Delete the activations of tiny-bert · SST-2 train' }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
    await expect.element(kept).toHaveTextContent('SST-2 train');
    await page.getByRole('button', { name: 'Delete the activations of tiny-bert · SST-2 train' }).click();
    await expect.element(page.getByText('Delete 1.50 MB?')).toBeVisible();
    await page.getByTestId('delete-now').click();
    await expect.element(kept).not.toHaveTextContent('SST-2 train');
    await page.getByTestId('forget-all').click();
    await page.getByTestId('delete-now').click();
    await expect.element(page.getByText('None. A run keeps what it extracts')).toBeVisible();
  });
});

describe('a window without storage', () => {
  it('says what is lost and still shows results', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    await openPage();
    await expect.element(page.getByText(/This window keeps nothing/)).toBeVisible();
    drop(runFile(sampleRun('tiny-bert')));
    await expect.element(page.getByTestId('figure-layers')).toBeVisible();
  });
});
