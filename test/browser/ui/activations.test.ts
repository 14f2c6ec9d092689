/** Activation files in place of a model: how they are read is shown, and corrected by hand. */
import { beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import type { ActivationsCard, Inspection } from '../../../src/session/contract.ts';
import { drop, forgetEverything, openPage, textFile } from './page.ts';
import { inspection } from './samples.ts';

beforeEach(forgetEverything);

const file = { path: 'a/train.json', role: 'train', format: 'neurox-json', count: null, unit: 'sentence' } as const;
const activations: ActivationsCard = {
  name: 'train.json',
  layers: 1,
  hidden: 9984,
  sentenceToken: 'first',
  subwords: false,
  columns: 9984,
  files: [{ ...file, bytes: 5000 }],
};

function known(card: ActivationsCard): Inspection {
  return { ...inspection, model: null, tokenizer: null, activations: card };
}

it('lets a person choose what stands for a sentence, and how many layers there are', async () => {
  const session = await openPage();
  session.inspection = known(activations);
  drop(textFile('train.json'));
  const card = page.getByTestId('activations-card');
  await expect.element(card.getByRole('radio', { name: 'First token' })).toBeChecked();
  await card.getByText('Last token').click();
  await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ sentenceToken: 'last' });
  await expect.element(card).toHaveTextContent('9 984 columns a row');
  await page.getByTestId('activation-layers').fill('13');
  await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ sentenceToken: 'last', layers: 13 });
  await page.getByTestId('task').selectOptions('CoLA');
  await expect
    .poll(() => session.inspected.at(-1)?.corrections)
    .toEqual({ sentenceToken: 'last', layers: 13, task: 'cola' });
  await page.getByTestId('activation-layers').fill('');
  await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ sentenceToken: 'last', task: 'cola' });
});

it('asks nothing where the files say it', async () => {
  const session = await openPage();
  session.inspection = known({ ...activations, layers: 13, hidden: 768, sentenceToken: null, columns: null });
  drop(textFile('train.json'));
  const card = page.getByTestId('activations-card');
  await expect.element(card).toHaveTextContent('13 × 768');
  await expect.element(card.getByRole('radio')).not.toBeInTheDocument();
  await expect.element(page.getByTestId('activation-layers')).not.toBeInTheDocument();
});
