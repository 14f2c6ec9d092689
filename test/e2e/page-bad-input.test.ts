/**
 * Files that are wrong in every way the page must survive: the sentences that a person reads, no run on such files, and
 * a page that works on afterwards. One page goes from case to case, as one person's would; a case that fails keeps it.
 */
import { copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, test as base } from 'vitest';
import { root } from '../../headless/serve.ts';
import { runVersion } from '../../src/run/run-file.ts';
import { tables } from '../fixtures/glue.ts';
import { ownInputs } from './cli-process.ts';
import { openPage, useBrowser, watch } from './support/browser.ts';
import { changeHeader, changeJson, tensorOf } from './support/broken.ts';
import {
  alarms,
  during,
  expectNoStackTrace,
  filesIn,
  give,
  setOptions,
  startOver,
  startRun,
  wholeRun,
} from './support/page.ts';

const own = useBrowser();

interface WatchedPage {
  page: Page;
  expectNothingAmiss: () => void;
}

async function openWatched(): Promise<WatchedPage> {
  const context = await own.browser.newContext({ serviceWorkers: 'block' });
  const expectNothingAmiss = watch(context);
  return { page: await openPage(context), expectNothingAmiss };
}

/** On the first screen again; null at the beginning and after a case that failed. */
let intact: WatchedPage | null = null;

const test = base.extend<{ page: Page }>({
  page: async ({ task }, use) => {
    const watched = intact ?? (await openWatched());
    intact = null;
    await use(watched.page);
    if (task.result?.state === 'fail') return;
    watched.expectNothingAmiss();
    intact = watched;
  },
});

interface Files {
  weights: string;
  config: string;
  tokenizer: string;
  train: string;
  dev: string;
}

async function goodFiles(rows = { train: 60, dev: 20 }): Promise<Files> {
  const { model, data } = await ownInputs(rows);
  return {
    weights: join(model, 'model.safetensors'),
    config: join(model, 'config.json'),
    tokenizer: join(model, 'tokenizer.json'),
    train: join(data, 'train.tsv'),
    dev: join(data, 'dev.tsv'),
  };
}

const folderOf = (file: string): string => join(file, '..');

async function giveAll(page: Page, { weights, train }: Files): Promise<void> {
  await give(page, await filesIn(folderOf(weights), folderOf(train)));
}

const layerWeight = 'bert.encoder.layer.1.output.dense.weight';
const copyAgain = 'The file was probably not copied whole. Copy it again.';
const saveAgain = 'The file is damaged. Copy it again, or save the model again with safetensors.';
const sameModel = 'Check that config.json and the weights are of the same model.';

const broken: [name: string, damage: (files: Files) => Promise<void>, sentences: string][] = [
  [
    'truncated weights',
    async ({ weights }) => truncate(weights, (await stat(weights)).size - 999),
    `model.safetensors ends 999 bytes early: tensor bert.pooler.dense.weight is cut off. ${copyAgain}`,
  ],
  [
    'offsets outside the file',
    ({ weights }) =>
      changeHeader(weights, (header) => {
        tensorOf(header, 'classifier.weight').data_offsets = [900_000, 900_256];
      }),
    `Tensor classifier.weight lies at bytes 906146 to 906402 of model.safetensors, but the file has 377866 bytes. ${saveAgain}`,
  ],
  [
    'overlapping tensors',
    ({ weights }) =>
      changeHeader(weights, (header) => {
        tensorOf(header, 'bert.embeddings.LayerNorm.weight').data_offsets = [64, 192];
      }),
    `In model.safetensors, tensor bert.embeddings.LayerNorm.weight starts at byte 6209, but tensor bert.embeddings.LayerNorm.bias ends at byte 6273: they overlap. ${saveAgain}`,
  ],
  [
    'a missing tensor',
    ({ weights }) =>
      changeHeader(weights, (header) => {
        header.renamed = tensorOf(header, layerWeight);
        delete header[layerWeight];
      }),
    `model.safetensors holds no tensor encoder.layer.1.output.dense.weight, which config.json asks for. ${sameModel}`,
  ],
  [
    'a tensor of the wrong shape',
    ({ weights }) =>
      changeHeader(weights, (header) => {
        tensorOf(header, layerWeight).shape = [64, 32];
      }),
    `Tensor ${layerWeight} of model.safetensors has the shape [64, 32], but config.json asks for [32, 64]. ${sameModel}`,
  ],
  ['a 0-byte weight file', ({ weights }) => truncate(weights, 0), `model.safetensors is empty (0 bytes). ${copyAgain}`],
  [
    'an unknown architecture',
    ({ config }) => changeJson(config, { model_type: 'mamba' }),
    'config.json names the architecture "mamba". This version of Winnow knows albert, bert, camembert, deberta-v2, distilbert, electra, eurobert, gemma3_text, gpt2, llama, mistral, modernbert, mpnet, nomic_bert, qwen2, qwen3, roberta, t5, xlm-roberta, xlnet. Choose a model of a known architecture, or export this one to ONNX: model.onnx opens whatever it is.',
  ],
  [
    'a config without hidden_size',
    ({ config }) => changeJson(config, { hidden_size: undefined }),
    'config.json has no hidden_size, so the shape of the model is not known. Use the config.json that was saved together with the weights.',
  ],
  ['a 0-byte config', ({ config }) => truncate(config, 0), `config.json is empty (0 bytes). ${copyAgain}`],
  ['no config', ({ config }) => rm(config), "config.json is missing. Add config.json from the model's folder."],
  [
    'a tokenizer of another vocabulary',
    ({ tokenizer }) => copyFile(join(root, 'public/demo/reviews/tokenizer.json'), tokenizer),
    "tokenizer.json has a vocabulary of 500 tokens, but the model has 2000: it belongs to another model. Use the tokenizer.json of this model's folder.",
  ],
  ['a 0-byte tokenizer', ({ tokenizer }) => truncate(tokenizer, 0), `tokenizer.json is empty (0 bytes). ${copyAgain}`],
  [
    'a 0-byte tsv',
    ({ train }) => truncate(train, 0),
    'train.tsv is empty (0 bytes). The file was probably not copied whole. Copy or download it again.',
  ],
  [
    'an empty tsv: nothing but its header',
    ({ train }) => writeFile(train, 'sentence\tlabel\n'),
    'train.tsv cannot be used: it holds no rows of data. Copy or download the file again.',
  ],
  [
    'a tsv of another task',
    ({ dev }) => writeFile(dev, tables.rte.text),
    'dev.tsv has the columns of RTE, not of SST-2. Choose RTE as the task, or use the files of SST-2.',
  ],
  [
    'a label outside the task',
    ({ train }) => writeFile(train, 'sentence\tlabel\ngood\t1\nbad\t0\nodd\t7\n'),
    'Line 4 of train.tsv has the label 7; SST-2 knows 0 and 1. Correct that line, or choose the task that these labels belong to.',
  ],
  [
    'no dev file',
    ({ dev }) => rm(dev),
    'The dev file of SST-2 is missing. Add dev.tsv, or give one of the files the role dev.',
  ],
];

describe('a broken file is named, with what is wrong and what to do', () => {
  test.for(broken)('%s', async ([, damage, sentences], { page }) => {
    const files = await goodFiles();
    await damage(files);
    await giveAll(page, files);
    expect(await alarms(page)).toEqual([sentences]);
    expect(await page.getByTestId('run').isDisabled()).toBe(true);
    await expectNoStackTrace(page);
    await startOver(page);
  });
});

const vanished = (name: string): string =>
  `${name} can no longer be read: it was moved, deleted or changed after you opened it. Put the file back and open it again.`;

describe('a file vanishes while it is read', () => {
  async function expectStopped(page: Page, sentence: string): Promise<void> {
    await page.getByTestId('try-again').waitFor();
    expect(await alarms(page)).toEqual([expect.stringContaining(sentence)]);
    await expectNoStackTrace(page);
    await page.getByRole('button', { name: 'Back to set-up' }).click();
  }

  test('before the run', async ({ page }) => {
    const files = await goodFiles();
    await giveAll(page, files);
    await setOptions(page);
    await rm(files.weights);
    await startRun(page);
    await expectStopped(page, vanished('model.safetensors'));
    await startOver(page);
  });

  test('it was changed before the run', async ({ page }) => {
    const files = await goodFiles();
    await giveAll(page, files);
    await writeFile(files.dev, 'sentence\tlabel\ngood\t1\nbad\t0\n');
    await startRun(page);
    await expectStopped(page, vanished('dev.tsv'));
    await startOver(page);
  });

  test('during the run', async ({ page }) => {
    const files = await goodFiles({ train: 40_000, dev: 20 });
    await giveAll(page, files);
    await startRun(page);
    await during(page, 'Cut texts into subwords');
    await rm(files.weights);
    await expectStopped(page, vanished('model.safetensors'));
    await startOver(page);
  });

  test('before the files are looked at again', async ({ page }) => {
    const files = await goodFiles();
    await giveAll(page, files);
    await rm(files.dev);
    await page.getByRole('combobox', { name: 'Role of train.tsv' }).selectOption('none');
    await expect.poll(() => alarms(page)).toContain(vanished('dev.tsv'));
    expect(await page.getByTestId('run').isDisabled()).toBe(true);
    await expectNoStackTrace(page);
    await startOver(page);
  });
});

describe('a result that cannot be opened', () => {
  const notes: [name: string, change: (run: object) => string, sentences: string][] = [
    [
      'foreign.json',
      () => '{"a": 1}',
      'foreign.json is not a Winnow run file. Drop a run.json: its first field is "format": "winnow-run".',
    ],
    ['empty.json', () => '', 'empty.json is not JSON'],
    [
      'newer.json',
      (run) => JSON.stringify({ ...run, version: 99 }),
      `newer.json has version 99; this page reads versions up to ${runVersion}. Open it with the newer Winnow that wrote it.`,
    ],
    [
      'wrong.json',
      (run) => JSON.stringify({ ...run, metric: 'beauty' }),
      'wrong.json is not a valid run file: at metric,',
    ],
  ];

  test.for(notes)('%s', async ([name, change, sentences], { page }) => {
    const run = JSON.parse(await readFile(join(root, 'public/demo/reviews/result.json'), 'utf8')) as object;
    const buffer = Buffer.from(change(run));
    await page.getByTestId('results-input').first().setInputFiles({ name, mimeType: 'application/json', buffer });
    await page.getByRole('alert').waitFor();
    expect(await alarms(page)).toEqual([expect.stringContaining(sentences)]);
    await expectNoStackTrace(page);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });
});

test('after all of this the same page does a whole run', async ({ page }) => {
  await giveAll(page, await goodFiles());
  await wholeRun(page);
});
