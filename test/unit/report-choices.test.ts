/** What the command line and the page say of choices: what was used, and what else there was. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resultTable } from '../../headless/table.ts';
import { choicesOf } from '../../src/report/choices.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';

const demo = parseRun(
  readFileSync(new URL('../../public/demo/reviews/result.json', import.meta.url), 'utf8'),
  'result.json',
);
const [{ role, name, bytes, sha256 }] = demo.data.files;
/** As an older run file has it, which does not say how its text was read. */
const file = { role, name, bytes, sha256 };

function run(model: Partial<RunFile['model']>, data: Partial<RunFile['data']>, options = {}): RunFile {
  return {
    ...demo,
    model: { ...demo.model, ...model },
    data: { ...demo.data, ...data },
    options: { ...demo.options, ...options },
  };
}

test('everything that was chosen stands in the output of the command line', () => {
  const files = [{ ...file, encoding: 'Windows-1252', separator: ';', quoted: true }];
  const columns = { text: 'premise', pair: 'hypothesis', label: 'gold', others: ['id', 'source'] };
  const model: Partial<RunFile['model']> = {
    weights: ['model.safetensors'],
    otherWeights: ['pytorch_model.bin', 'stray.safetensors'],
    encoders: ['question', 'context'],
    adapter: 'adapter_model.safetensors',
    pooling: 'last',
    lastLayer: 'normalised',
  };
  const made = run(model, { files, columns });
  const lines = [
    'weights: model.safetensors (not used: pytorch_model.bin, stray.safetensors)',
    'encoder: question (not used: context)',
    'adapter: adapter_model.safetensors, merged',
    'pooling: a sentence is its last token',
    'last layer: normalised, the others are not',
    'columns: text premise and hypothesis, label gold (not used: id, source)',
    'read as: Windows-1252, cells between semicolons, quotes around them taken off',
  ];
  expect(resultTable(made)).toContain(`\n${lines.join('\n')}\nrows: `);
});

test('files of different forms are named, those of one form are not', () => {
  const tabs = { ...file, encoding: 'UTF-8', separator: '\t', quoted: false };
  const one = run({}, { files: [tabs, { ...tabs, name: 'dev.tsv' }] });
  const form = ['read as', 'UTF-8, cells between tabs, quotes are text'];
  expect(choicesOf(one)).toContainEqual(form);
  const two = run(
    {},
    {
      files: [
        { ...tabs, name: 'train.tsv' },
        { ...file, name: 'dev.jsonl', encoding: 'UTF-16LE' },
      ],
    },
  );
  expect(choicesOf(two)).toContainEqual(['read as', `train.tsv ${form[1]}; dev.jsonl UTF-16LE`]);
});

test('words are pooled by their subwords', () => {
  const words = run({ pooling: 'first' }, { task: 'pos' }, { aggregation: 'average' });
  expect(choicesOf(words)).toContainEqual(['pooling', 'a word is the mean of its subwords']);
});

test('where nothing was to be chosen, or an older file does not say, there is no line', () => {
  const { name, architecture, layers, hidden, parameters, sha256 } = demo.model;
  const model = { name, architecture, layers, hidden, parameters, sha256 };
  const files = [{ role: file.role, name: file.name, bytes: file.bytes, sha256: file.sha256 }];
  expect(choicesOf({ ...demo, model, data: { ...demo.data, files, columns: undefined } })).toEqual([]);
});
