/** Activations and an experiment configuration on the page itself: HDF5 opens under the built page's policy. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ActivationFormat } from '../../src/activations/file/formats.ts';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import '../fixtures/worker-files.ts';
import { ownFolder } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { alarms, downloadedRun, expectNoStackTrace, give, wholeRun } from './support/page.ts';

const { open } = useBrowser();

const counts = { train: 60, test: 20 };

/** Sentences with a label each, and vectors of two layers of three neurons, one of which knows the label. */
async function filesOf(
  folder: string,
  format: ActivationFormat,
  name: string,
  role: keyof typeof counts,
): Promise<void> {
  const rows = counts[role];
  const labels = Array.from({ length: rows }, (_, row) => (row * 7) % 2);
  await writeFile(join(folder, `${role}.word`), labels.map((_, row) => `sentence number ${row}\n`).join(''));
  await writeFile(join(folder, `${role}.label`), labels.map((label) => `${label}\n`).join(''));
  const vector = (label: number, row: number) => [
    Math.sin(row),
    label,
    Math.cos(row),
    Math.sin(3 * row),
    1 - label,
    0.5,
  ];
  const data = Float32Array.from(labels.flatMap(vector));
  const activations = inMemory(data, { rows, layers: 2, hidden: 3 });
  const blob = await writeActivations(format, { activations, lengths: null, words: null });
  await writeFile(join(folder, name), new Uint8Array(await blob.arrayBuffer()));
}

test('a run without a model, its files told by names, corrected by hand, and by a configuration', async () => {
  const folder = await ownFolder();
  await filesOf(folder, 'neurox-hdf5', 'train.hdf5', 'train');
  await filesOf(folder, 'neurox-json', 'held-out.json', 'test');
  const at = (...names: string[]) => names.map((name) => join(folder, name));
  const page = await open();
  await give(page, at('train.hdf5', 'held-out.json', 'train.word', 'train.label', 'test.word', 'test.label'));
  const card = page.getByTestId('activations-card');
  await expect.poll(() => card.innerText()).toContain('Activations: train.hdf5');
  const text = await card.innerText();
  expect(text).toMatch(/2 × 3/);
  expect(text).toContain('HDF5 of NeuroX, 60 sentences');
  expect(text).toContain('counts as layer 0');
  expect(await alarms(page)).toEqual([expect.stringContaining('There are no activations of the test file test.word.')]);
  await card.getByLabel('Role of held-out.json').selectOption('test');
  await expect.poll(() => alarms(page)).toEqual([]);

  const config = {
    ...{ train_source: 'train.word', train_labels: 'train.label', train_activations: 'train.hdf5' },
    ...{ test_source: 'test.word', test_labels: 'test.label', test_activations: 'held-out.json' },
    ...{
      base_dir: '/somewhere/else',
      num_epochs: 40,
      batch_size: 8,
      ranking_type: 'global',
      clustering_thresholds: [-1],
    },
  };
  await writeFile(join(folder, 'experiment.json'), JSON.stringify(config));
  await give(page, at('experiment.json'));
  await page.getByTestId('experiment-card').waitFor();
  expect(await page.getByTestId('experiment-card').innerText()).toMatch(/num_epochs\s+40/);
  expect(await page.locator('main').innerText()).toContain('ranking_type in experiment.json changes nothing');
  await wholeRun(page, { length: null });
  await expectNoStackTrace(page);
  expect(await page.getByTestId('section-made').innerText()).toContain('activation files do not say');
  const run = await downloadedRun(page);
  expect(run).toMatchObject({
    protocol: 'paper',
    options: { epochs: 40, batchSize: 8, maxLength: null },
    model: { name: 'train.hdf5', architecture: 'activations', layers: 1, hidden: 3, parameters: null },
    data: { task: 'classification', instances: { train: 54, dev: 6, test: 20 } },
  });
  expect(run.oracle.test.accuracy?.mean).toBe(1);
});
