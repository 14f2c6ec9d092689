/** From dropped files to a run that can start: cards, corrections, options, the estimate. */
import { beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { drop, forgetEverything, openPage, press, textFile } from './page.ts';
import { FakeSession, measuredRates } from './fake-session.ts';
import { estimate, inspection } from './samples.ts';

beforeEach(forgetEverything);

describe('dropping files', () => {
  it('shows what was recognised', async () => {
    const session = await openPage();
    drop(textFile('config.json', '{}'), textFile('train.tsv'));
    const model = page.getByTestId('model-card');
    await expect.element(model).toHaveTextContent('tiny-bert');
    await expect.element(model).toHaveTextContent('3 (and the embeddings) × 32');
    const data = page.getByTestId('data-card');
    await expect.element(data).toHaveTextContent('SST-2');
    await expect.element(data).toHaveTextContent('1 100 (55.0 %)');
    await expect.element(data).toHaveTextContent('3 left out');
    await expect.element(page.getByTestId('estimate')).toHaveTextContent('about 2 min');
    await expect.element(page.getByTestId('estimate')).toHaveTextContent('no hardware WebGPU adapter');
    expect(session.inspected).toHaveLength(1);
    expect(session.inspected[0]?.paths).toEqual(['config.json', 'train.tsv']);
    expect(location.hash).toBe('#v=1&screen=set-up');
  });

  it('measures this machine before it says a time; a run ends the measuring', async () => {
    const session = new FakeSession(inspection, estimate);
    session.holdsMeasuring = true;
    await openPage('#v=1', session);
    drop(textFile('train.tsv'));
    const panel = page.getByTestId('estimate');
    await expect.element(panel).toHaveTextContent('measuring this machine…');
    expect(session.estimatedWith).toEqual([null]);
    session.measured?.(measuredRates);
    await expect.element(panel).toHaveTextContent('about 2 min');
    expect(session.estimatedWith).toEqual([null, measuredRates]);
    drop(textFile('train.tsv', 'other rows'));
    await expect.element(panel).toHaveTextContent('measuring this machine…');
    await page.getByTestId('run').click();
    await expect.poll(() => session.requests.length).toBe(1);
    expect(session.measured).toBeNull();
  });

  it('leaves Run where it stands while cards come', async () => {
    const session = new FakeSession({ ...inspection, data: null }, estimate);
    await openPage('#v=1', session);
    const place = (): number[] => {
      const { left, top } = page.getByTestId('run').element().getBoundingClientRect();
      return [left, top];
    };
    drop(textFile('config.json', '{}'));
    await expect.element(page.getByTestId('model-card')).toHaveTextContent('tiny-bert');
    const before = place();
    session.inspection = inspection;
    drop(textFile('train.tsv'));
    await expect.element(page.getByTestId('estimate')).toHaveTextContent('about 2 min');
    expect(place()).toEqual(before);
    expect(before[1]).toBeLessThan(innerHeight);
  });

  it('adds later files to the earlier ones and replaces those of the same path', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    await expect.element(page.getByTestId('data-card')).toBeVisible();
    drop(textFile('train.tsv', 'mended'), textFile('dev.tsv'));
    await expect.poll(() => session.inspected.at(-1)?.paths).toEqual(['train.tsv', 'dev.tsv']);
  });

  it('names what is missing, what to do, and does not run', async () => {
    const session = await openPage();
    session.inspection = {
      ...inspection,
      model: null,
      missing: [{ code: 'missing-file', path: null, message: '`config.json` is missing.', next: 'Add it.' }],
    };
    drop(textFile('model.safetensors'));
    await expect.element(page.getByRole('alert')).toHaveTextContent('config.json is missing.');
    await expect.element(page.getByRole('alert')).toHaveTextContent('Add it.');
    await expect.element(page.getByTestId('run')).toBeDisabled();
    press('r');
    expect(session.requests).toHaveLength(0);
  });

  it('invites what has not been given yet, without an alarm', async () => {
    const session = await openPage();
    const message = 'No data set was found among these files.';
    const notice = { code: 'missing-file', path: null, message, next: 'Add it.', awaited: 'data' } as const;
    session.inspection = { ...inspection, data: null, missing: [notice] };
    drop(textFile('model.safetensors'));
    await expect.element(page.getByTestId('data-card')).toHaveTextContent('Drop the data of the task next');
    await expect.element(page.getByTestId('run-bar')).toHaveTextContent('Next: drop the data of its task.');
    expect(page.getByRole('alert').query()).toBeNull();
    await expect.element(page.getByTestId('run')).toBeDisabled();
  });

  it('takes a file out and starts over', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'), textFile('notes.txt'));
    await page.getByTestId('files').getByText('2 files').click();
    await page.getByRole('button', { name: 'Take notes.txt out' }).click();
    await expect.poll(() => session.inspected.at(-1)?.paths).toEqual(['train.tsv']);
    await page.getByTestId('start-over').click();
    await expect.element(page.getByTestId('choose-folder')).toBeVisible();
  });
});

describe('corrections', () => {
  it('sends the chosen task and roles along', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    await page.getByTestId('task').selectOptions('CoLA');
    await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ task: 'cola' });
    await page.getByLabelText('Role of dev.tsv').selectOptions('left out');
    await expect
      .poll(() => session.inspected.at(-1)?.corrections)
      .toEqual({ task: 'cola', roles: { 'data/dev.tsv': null } });
  });
});

describe('columns', () => {
  const form = { encoding: 'Windows-1252', separator: '\t', quoted: true } as const;
  const data = {
    ...inspection.data!,
    ...({ task: 'classification', kind: 'own' } as const),
    candidates: ['classification' as const],
    columns: { choices: ['id', 'comment_text', 'toxic', 'obscene'], text: 'comment_text', pair: null, label: 'toxic' },
    files: inspection.data!.files.map((file) => ({ ...file, form })),
  };

  it('shows what is read as text and labels and how, and sends another choice along', async () => {
    const session = await openPage();
    session.inspection = {
      ...inspection,
      data: { ...data, columns: { ...data.columns, labels: ['toxic', 'obscene'] } },
    };
    drop(textFile('train.tsv'));
    await expect.element(page.getByTestId('column-text')).toHaveValue('comment_text');
    await expect.element(page.getByTestId('column-label')).toHaveValue('toxic');
    await expect.element(page.getByTestId('column-pair')).toHaveValue('');
    await expect.element(page.getByTestId('data-card')).toHaveTextContent('Windows-1252, between tabs, quoted');
    await page.getByTestId('column-label').selectOptions('obscene');
    await expect.poll(() => session.inspected.at(-1)?.corrections.columns).toEqual({ label: 'obscene' });
    await page.getByTestId('quotes').selectOptions('text');
    await expect.poll(() => session.inspected.at(-1)?.corrections.quotes).toBe('text');
  });
});

describe('weight files', () => {
  it('names what was chosen among several, and sends another choice along', async () => {
    const session = await openPage();
    const choices = ['m/onnx/model.onnx', 'm/onnx/model_fp16.onnx'];
    const model = {
      ...inspection.model!,
      weightFormat: 'ONNX export, F32',
      hiddenStates: 'layer normalisations' as const,
    };
    session.inspection = { ...inspection, model, weights: { choices, used: choices[0], encoders: [] } };
    drop(textFile('config.json', '{}'));
    await expect.element(page.getByTestId('weights')).toHaveValue(choices[0]);
    await expect
      .element(page.getByTestId('model-card'))
      .toHaveTextContent('found inside the export by its layer normalisations');
    await page.getByTestId('weights').selectOptions(choices[1]);
    await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ weights: choices[1] });
    // Other files, another question.
    drop(textFile('train.tsv'));
    await expect.poll(() => session.inspected.at(-1)?.paths).toContain('train.tsv');
    expect(session.inspected.at(-1)?.corrections).toEqual({});
  });

  it('offers the encoders that share a file', async () => {
    const session = await openPage();
    const encoders = ['ctx_model', 'question_model'];
    const model = { ...inspection.model!, encoder: 'ctx_model' };
    session.inspection = { ...inspection, model, weights: { ...inspection.weights, encoders } };
    drop(textFile('config.json', '{}'));
    await expect.element(page.getByTestId('encoder')).toHaveValue('ctx_model');
    await page.getByTestId('encoder').selectOptions('question_model');
    await expect.poll(() => session.inspected.at(-1)?.corrections).toEqual({ encoder: 'question_model' });
  });

  it('asks nothing where there is one', async () => {
    await openPage();
    drop(textFile('config.json', '{}'));
    await expect.element(page.getByTestId('model-card')).toHaveTextContent('tiny-bert');
    expect(page.getByTestId('weights').query()).toBeNull();
    expect(page.getByTestId('encoder').query()).toBeNull();
  });
});

describe('options', () => {
  it('says what is wrong with a number and does not run', async () => {
    await openPage();
    drop(textFile('train.tsv'));
    await page.getByText('Change the options').click();
    await page.getByTestId('option-seeds').fill('0');
    await expect.element(page.getByText('Seeds is 0; it must lie between 1 and 100.')).toBeVisible();
    await expect.element(page.getByTestId('run')).toBeDisabled();
    await page.getByTestId('option-seeds').fill('2');
    await expect.element(page.getByTestId('run')).toBeEnabled();
    await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('2 seeds');
  });

  it('reads lists of thresholds and losses, and says what is wrong with one', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    await page.getByText('Change the options').click();
    await page.getByTestId('option-thresholds').fill('0.3, 1.2');
    await expect.element(page.getByText('1.2 is no threshold: it must lie between 0 and 1')).toBeVisible();
    await expect.element(page.getByTestId('run')).toBeDisabled();
    await page.getByTestId('option-thresholds').fill('−1 .4');
    await page.getByTestId('option-deltas').fill('2:0.5');
    await page.getByTestId('option-sweep').click();
    await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('c −1, 0.4, losses 2:0.5 %');
    await page.getByTestId('run').click();
    await expect.poll(() => session.requests.length).toBe(1);
    expect(session.requests[0]?.options).toMatchObject({
      thresholds: [-1, 0.4],
      deltas: [{ layers: 2, neurons: 0.5 }],
      sweep: true,
      maxFeatures: false,
    });
  });

  it('corrects a number where its field is left, and says why', async () => {
    await openPage();
    drop(textFile('train.tsv'));
    await page.getByText('Change the options').click();
    const seeds = page.getByTestId('option-seeds');
    await seeds.fill('500');
    await userEvent.tab();
    await expect.element(seeds).toHaveValue(100);
    await expect.element(page.getByText('Seeds cannot be 500: it must be a whole number from 1 to 100.')).toBeVisible();
    await expect.element(page.getByTestId('run')).toBeEnabled();
    await expect.element(page.getByTestId('option-maxLength')).toHaveValue(64);
    await expect.element(page.getByText('64, not 128: this model takes no more.')).toBeVisible();
  });

  it('marks what is changed, sets it back alone or all, and undoes that', async () => {
    await openPage();
    drop(textFile('train.tsv'));
    await page.getByText('Change the options').click();
    await page.getByTestId('option-seeds').fill('5');
    await page.getByTestId('option-rows').fill('500');
    await expect.element(page.getByTestId('changed-count')).toHaveTextContent('2 changes');
    await page.getByRole('button', { name: 'Undo: Seeds' }).click();
    await expect.element(page.getByTestId('option-seeds')).toHaveValue(3);
    expect(page.getByTestId('changed-seeds').query()).toBeNull();
    await page.getByTestId('as-in-paper').click();
    await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('1 seed, the first 500 train rows');
    await page.getByTestId('to-defaults').click();
    await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('3 seeds, all rows');
    press('u');
    await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('1 seed, the first 500 train rows');
  });

  it('names what was changed for other data, until it is kept or set back', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    await page.getByText('Change the options').click();
    await page.getByTestId('option-rows').fill('500');
    expect(page.getByTestId('carried').query()).toBeNull();
    const data = inspection.data!;
    const other = { ...data, files: data.files.map((file) => ({ ...file, bytes: file.bytes + 1 })) };
    session.inspection = { ...inspection, data: other };
    drop(textFile('train.tsv', 'other'));
    const carried = page.getByTestId('carried');
    await expect.element(carried).toHaveTextContent('Still as you set them for other data (SST-2): Train rows.');
    await carried.getByRole('button', { name: 'Back to defaults' }).click();
    await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('all rows');
    expect(carried.query()).toBeNull();
  });

  it('cuts inputs at what the model takes', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    // The default of 128 tokens is more than this model's 64.
    await expect.element(page.getByTestId('options-in-words')).toHaveTextContent('at most 64 tokens');
    await page.getByTestId('run').click();
    await expect.poll(() => session.requests[0]?.options.maxLength).toBe(64);
  });

  it('is as in the paper in one click and remembers it', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    await page.getByTestId('as-in-paper').click();
    await expect
      .element(page.getByTestId('options-in-words'))
      .toHaveTextContent('Protocol of the paper, 1 seed, all rows');
    expect(localStorage.getItem('winnow-options-1')).toContain('"paper"');
    expect(session.requests).toHaveLength(0);
  });
});
