/** Words with labels and a table of one's own, from the drop to the result, looked at in every form of the screen. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { modelFolder, ownFolder } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { downloadedRun, expectNoStackTrace, filesIn, give, looked, wholeRun } from './support/page.ts';
import { inspectScreen } from './support/screens.ts';

const { open } = useBrowser();

const nouns = ['film', 'book', 'song', 'story'];
const verbs = ['runs', 'is', 'was', 'ends'];
const adjectives = ['warm', 'cold', 'dull', 'sharp', 'funny'];

/** Made-up sentences with universal and own tags, in CoNLL-U. */
function conllu(count: number, shift: number): string {
  const sentences = Array.from({ length: count }, (_, row) => {
    const words = [
      ['the', 'DET', 'd'],
      [nouns[(row + shift) % nouns.length], 'NOUN', 'n'],
      [verbs[(row * 3 + shift) % verbs.length], 'VERB', 'v'],
      [adjectives[(row * 7 + shift) % adjectives.length], 'ADJ', 'a'],
      ['.', 'PUNCT', '.'],
    ];
    const lines = words.map(([word, upos, xpos], at) =>
      [at + 1, word, word, upos, xpos, '_', 0, 'dep', '_', '_'].join('\t'),
    );
    return [`# sent_id = ${row}`, ...lines, ''].join('\n');
  });
  return `${sentences.join('\n')}\n`;
}

test('words with labels: roles, columns and subwords on the card, the words that drive a neuron in the result', async () => {
  const folder = await ownFolder();
  const data = join(folder, 'treebank');
  await mkdir(data);
  for (const [role, count] of [
    ['train', 60],
    ['dev', 20],
    ['test', 20],
  ] as const)
    await writeFile(join(data, `own-ud-${role}.conllu`), conllu(count, role.length));
  const page = await open();
  await give(page, await filesIn(await modelFolder(folder), data));
  const card = page.getByTestId('data-card');
  expect(await card.getByTestId('task').inputValue()).toBe('pos');
  await card.getByText('60 sentences of 300 words in all').waitFor();
  expect(await card.getByTestId('sentences').locator('.stands').count()).toBeGreaterThan(10);
  await inspectScreen(page, 'set-up-words');

  await card.getByTestId('column-label').selectOption({ label: 'XPOS' });
  await card.getByTestId('sentences').locator('b', { hasText: /^n$/ }).first().waitFor();
  await looked(page);
  await wholeRun(page, { length: null });
  await expectNoStackTrace(page);
  await inspectScreen(page, 'result-words');
  const run = await downloadedRun(page);
  expect(run.data).toMatchObject({
    task: 'pos',
    labels: ['.', 'a', 'd', 'n', 'v'],
    instances: { train: 300, dev: 100, test: 100 },
  });
  expect(run.options.aggregation).toBe('last');
  expect(run.selectivity?.control).toBe('word-types');
  const [leading] = run.topWords!;
  expect(leading.words.length).toBeGreaterThan(3);
  expect(leading.words[0].count).toBeGreaterThanOrEqual(3);
  await page.getByTestId('kept').locator('summary').click();
  await page
    .getByTestId('kept')
    .getByText(/“.+” \([+−], \d+ ×\)/)
    .first()
    .waitFor();
  // Its card: the words with the highest values, each in its own sentence.
  await page.getByTestId('kept').getByRole('button').nth(1).click();
  const neuron = page.getByTestId('neuron-card');
  await neuron.getByText('Words with the highest value').waitFor();
  expect(await neuron.locator('.own').count()).toBe(20);
  expect(await neuron.locator('.words').first().innerText()).toMatch(/^the (film|book|song|story) \w+ \w+ \.$/);
  await expectNoStackTrace(page);
  await inspectScreen(page, 'card-words');
});

test('a table of one’s own: another column of labels is chosen, and train is split where no dev file is', async () => {
  const folder = await ownFolder();
  const data = join(folder, 'letters');
  await mkdir(data);
  const table = (count: number) =>
    [
      'text,mood,topic',
      ...Array.from(
        { length: count },
        (_, row) => `"the ${adjectives[row % 5]}, ${nouns[row % 4]}",${row % 2 ? 'glad' : 'sad'},t${row % 3}`,
      ),
    ].join('\n');
  await writeFile(join(data, 'train.csv'), table(90));
  await writeFile(join(data, 'test.csv'), table(30));
  const page = await open();
  await give(page, await filesIn(await modelFolder(folder), data));
  const card = page.getByTestId('data-card');
  await card.getByTestId('task').selectOption('classification');
  await card.getByTestId('column-label').selectOption('topic');
  await looked(page);
  await card.getByText('t2').first().waitFor();
  await wholeRun(page);
  const run = await downloadedRun(page);
  expect(run.data).toMatchObject({
    task: 'classification',
    labels: ['t0', 't1', 't2'],
    instances: { train: 81, dev: 9, test: 30 },
  });
});

test('a data set as the Hugging Face hub has it: lists in Parquet, train in two files', async () => {
  const folder = await ownFolder();
  const tables = join(root, 'test/fixtures/tables');
  const data = join(folder, 'tagged');
  await cp(join(tables, 'shards'), data, { recursive: true });
  await cp(join(tables, 'tagged.v2.parquet'), join(data, 'test-00000-of-00001.parquet'));
  const page = await open();
  await give(page, await filesIn(await modelFolder(folder), data));
  const card = page.getByTestId('data-card');
  await card.getByText('and 1 further file of its table').waitFor();
  expect(await card.getByTestId('column-label').inputValue()).toBe('pos_tags');
  await wholeRun(page, { length: null });
  await expectNoStackTrace(page);
  const run = await downloadedRun(page);
  expect(run.data).toMatchObject({ task: 'pos', labels: ['DET', 'NOUN', 'PUNCT', 'VERB'] });
  expect(run.data.files.map(({ name }) => name)).toEqual([
    'train-00000-of-00002.parquet',
    'train-00001-of-00002.parquet',
    'test-00000-of-00001.parquet',
  ]);
  const { train, dev, test: tested } = run.data.instances;
  expect(train + dev).toBe(tested);
});
