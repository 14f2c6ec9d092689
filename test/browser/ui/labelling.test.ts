/** Words with labels on the set-up and result screens: hundreds of labels, columns, pooling, and what rows are called. */
import { beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import type { RunFile } from '../../../src/run/run-file.ts';
import { FakeSession } from './fake-session.ts';
import { drop, forgetEverything, openPage, textFile } from './page.ts';
import { estimate, labelledInspection, labelNames, neuronRun } from './samples.ts';

beforeEach(forgetEverything);

async function openLabelled(): Promise<FakeSession> {
  const session = await openPage('#v=1', new FakeSession(labelledInspection, estimate));
  drop(textFile('own-train.conllu'));
  await expect.element(page.getByTestId('data-card')).toHaveTextContent('CCG supertagging');
  return session;
}

/** What stands out of a window of 390 pixels, in pixels. */
async function overflowAfter(show: () => Promise<void>): Promise<number> {
  const { innerWidth: width, innerHeight: height } = window;
  await page.viewport(390, 844);
  try {
    await show();
    expect(innerWidth).toBe(390);
    return document.documentElement.scrollWidth - innerWidth;
  } finally {
    await page.viewport(width, height);
  }
}

it('says how many sentences and words a file has, which are used, and what is odd', async () => {
  await openLabelled();
  const card = page.getByTestId('data-card');
  await expect
    .element(card)
    .toHaveTextContent(
      '12 345 sentences of 148 140 words in all (the first 150 000 words), 3.70 MB, between tabs, 2 left out',
    );
  await expect.element(card).toHaveTextContent('11 with a label that train lacks');
});

it('names the most frequent of 300 labels, the others as one, and all of them in a table', async () => {
  await openLabelled();
  const card = page.getByTestId('data-card');
  const [first] = card.getByRole('listitem').filter({ hasText: 'L7' }).all();
  await expect.element(first).toHaveTextContent('L7');
  await expect.element(card.getByText('294 others').first()).toBeVisible();
  await card.getByText('All 300 labels').first().click();
  const table = page.getByRole('region', { name: 'Labels of own-train.conllu', exact: true });
  await expect.element(table).toBeVisible();
  const rows = table.element().querySelectorAll('tbody tr');
  expect(rows).toHaveLength(300);
  expect(rows[0]?.textContent).toContain('L7');
  expect(rows[299]?.textContent).toContain('1 other');
});

it('marks the subwords that stand for a word by the pooling that is chosen', async () => {
  await openLabelled();
  const preview = page.getByTestId('sentences');
  const marked = () => [...preview.element().querySelectorAll('.stands')].slice(0, 4).map((one) => one.textContent);
  await expect.poll(marked).toEqual(['##able', 'films', '##xx']);
  await expect.element(preview).toHaveTextContent('none: this sentence is left out');
  await page.getByText('Change the options').click();
  await page.getByText('First', { exact: true }).click();
  await expect.poll(marked).toEqual(['un', 'films', '##xx']);
  await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('first subwords');
  await page.getByText('Average', { exact: true }).click();
  await expect.poll(marked).toEqual(['un', '##believ', '##able', 'films']);
});

it('speaks of labelled sentences, and has no length to cut at', async () => {
  const session = await openLabelled();
  await expect
    .element(page.getByTestId('options-in-words'))
    .toHaveTextContent('all labelled sentences, last subwords.');
  await page.getByText('Change the options').click();
  await expect.element(page.getByText('Train sentences')).toBeVisible();
  expect(page.getByTestId('option-maxLength').elements()).toHaveLength(0);
  await page.getByTestId('run').click();
  await expect.poll(() => session.requests[0]?.options).toMatchObject({ aggregation: 'last', maxLength: 64 });
});

it('sends the chosen column along, and another task begins with its own columns', async () => {
  const session = await openLabelled();
  await page.getByTestId('column-label').selectOptions('UPOS');
  await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ columns: { label: 'UPOS' } });
  expect(page.getByTestId('column-pair').elements()).toHaveLength(0);
  await page.getByTestId('task').selectOptions('POS tagging');
  await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ task: 'pos' });
});

/** A run on words: 300 labels, and a word so long that a table has to give way. */
function wordRun(): RunFile {
  const run = neuronRun('words');
  const words = ['the', 'w'.repeat(200)].map((word, i) => ({ word, count: 90 - i, mean: 1 - 2 * i, strength: 1 }));
  return {
    ...run,
    options: { ...run.options, aggregation: 'last' },
    data: {
      ...run.data,
      task: 'ccg',
      labels: labelNames,
      files: (['train', 'dev', 'test'] as const).map((role) => ({
        role,
        name: `own-${role}.conllu`,
        bytes: 9,
        sha256: 'ab'.repeat(32),
      })),
    },
    topWords: Array.from({ length: 96 }, (_, neuron) => ({ neuron, words })),
  };
}

async function showRun(): Promise<void> {
  await openPage();
  drop(new File([JSON.stringify(wordRun())], 'run.json', { type: 'application/json' }));
  await expect.element(page.getByTestId('answer').first()).toHaveTextContent('CCG supertagging');
}

it('counts words in the result and tells how they were read', async () => {
  await showRun();
  await expect.element(page.getByText('scored on 200 test words')).toBeVisible();
  await expect.element(page.getByText('12 of 200 test words are right only')).toBeVisible();
  await expect.element(page.getByText('a word is its last subword')).toBeVisible();
  await expect.element(page.getByText(/^300: L0, .* and 288 more$/)).toBeVisible();
  for (const role of ['train', 'dev', 'test'])
    await expect.element(page.getByRole('cell', { name: `own-${role}.conllu` })).toBeVisible();
});

it('stays inside a narrow window with 300 labels, all of them opened', async () => {
  const overflow = await overflowAfter(async () => {
    await openLabelled();
    for (const summary of page.getByText('All 300 labels').elements()) (summary as HTMLElement).click();
    await expect.element(page.getByRole('region', { name: 'Labels of own-test.conllu', exact: true })).toBeVisible();
    await page.getByText('Change the options').click();
  });
  expect(overflow).toBeLessThanOrEqual(0);
});

it('keeps the result of 300 labels and endless words inside a narrow window', async () => {
  const overflow = await overflowAfter(async () => {
    await showRun();
    await expect.element(page.getByTestId('section-made')).toBeVisible();
    await expect.element(page.getByText('“the” (+, 90 ×)').first()).toBeInTheDocument();
    for (const summary of document.querySelectorAll('summary')) summary.click();
    await expect.element(page.getByText('“the” (+, 90 ×)').first()).toBeVisible();
  });
  expect(overflow).toBeLessThanOrEqual(0);
});
