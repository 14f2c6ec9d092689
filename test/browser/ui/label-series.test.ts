/** Several columns of labels, one run each: chosen on the set-up, counted on the run's screen, listed at the end. */
import { beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { WinnowError } from '../../../src/base/errors.ts';
import type { RunFile } from '../../../src/run/run-file.ts';
import type { FakeSession } from './fake-session.ts';
import { drop, forgetEverything, openPage, textFile } from './page.ts';
import { inspection, sampleRun } from './samples.ts';

beforeEach(forgetEverything);

const labels = ['toxic', 'obscene', 'threat'];

async function startSeries(): Promise<FakeSession> {
  const session = await openPage();
  const columns = { choices: ['text', ...labels], text: 'text', pair: null, label: 'toxic', labels };
  const data = { ...inspection.data!, task: 'classification' as const, kind: 'own' as const, columns };
  session.inspection = { ...inspection, data };
  drop(textFile('train.csv'));
  await page.getByTestId('column-label').selectOptions('all 3 columns, one after another');
  await expect.element(page.getByTestId('column-label')).toHaveValue('');
  await page.getByTestId('run').click();
  await expect.poll(() => session.requests.length).toBe(1);
  return session;
}

function runOf(label: string): RunFile {
  const run = sampleRun('tiny-bert');
  const columns = { text: 'text', pair: null, label, others: labels.filter((name) => name !== label) };
  const created = `2026-03-0${labels.indexOf(label) + 1}T00:00:00.000Z`;
  return { ...run, created, data: { ...run.data, task: 'classification', columns } };
}

const asked = ({ requests }: FakeSession): (string | undefined)[] =>
  requests.map(({ corrections }) => corrections.columns?.label);

it('runs one after the other, keeps every result and shows them all at the end', async () => {
  const session = await startSeries();
  for (const [index, label] of labels.entries()) {
    await expect.poll(() => asked(session)).toEqual(labels.slice(0, index + 1));
    await expect
      .element(page.getByRole('heading', { level: 1 }))
      .toHaveTextContent(`, run ${index + 1} of 3 (${label})`);
    session.finish(runOf(label));
  }
  const open = page.getByTestId('open-runs');
  for (const label of labels) await expect.element(open).toHaveTextContent(`Classification (${label}) · tiny-bert`);
  await page.getByRole('link', { name: 'Winnow' }).click();
  for (const label of labels)
    await expect.element(page.getByTestId('past-runs')).toHaveTextContent(`Classification (${label}) · tiny-bert`);
});

it('is cancelled as a whole; what was made before is kept', async () => {
  const session = await startSeries();
  session.finish(runOf('toxic'));
  await expect.poll(() => asked(session)).toEqual(['toxic', 'obscene']);
  await page.getByTestId('cancel').click();
  await expect.element(page.getByText(/1 result of columns before is among the past runs/)).toBeVisible();
  await expect.element(page.getByTestId('run')).toBeEnabled();
  expect(asked(session)).toEqual(['toxic', 'obscene']);
});

it('passes over a column whose labels cannot be used, and says so', async () => {
  const session = await startSeries();
  session.finish(runOf('toxic'));
  await expect.poll(() => asked(session)).toHaveLength(2);
  session.fail(new WinnowError('bad-data', 'All labels are the same.', 'Choose another column.'));
  await expect.poll(() => asked(session)).toEqual(labels);
  session.finish(runOf('threat'));
  await expect.element(page.getByText(/gave no result: All labels are the same/)).toBeVisible();
  await expect.element(page.getByTestId('open-runs')).toHaveTextContent('Classification (threat)');
});

it('goes on from the run that failed when it is tried again', async () => {
  const session = await startSeries();
  session.finish(runOf('toxic'));
  await expect.poll(() => asked(session)).toHaveLength(2);
  session.fail(new WinnowError('worker-crashed', 'The engine stopped unexpectedly.', 'Try again.'));
  await page.getByTestId('try-again').click();
  await expect.poll(() => asked(session)).toEqual(['toxic', 'obscene', 'obscene']);
  session.finish(runOf('obscene'));
  await expect.poll(() => asked(session)).toHaveLength(4);
  session.finish(runOf('threat'));
  await expect.element(page.getByTestId('open-runs')).toHaveTextContent('Classification (toxic)');
});
