/**
 * Files of results of any content, and configurations of the published scripts among any files: a value or a WinnowError,
 * and what comes out can be shown and saved again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { dropped } from '../fixtures/files.ts';
import { damaged, limits } from '../fixtures/hostile.ts';
import { checkExperimentDrop } from './targets/drops.ts';
import { checkAllResults, checkReduced, checkRunFile, reducedRecord } from './targets/results.ts';

const root = join(import.meta.dirname, '../..');
const load = (path: string): string => readFileSync(join(root, path), 'utf8');
const value = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0.5, 1e308, 2 ** 53, '', '__proto__', [], {}, [[]], [1e9], [null], true),
  fc.jsonValue({ maxDepth: 2 }),
);
const repeated = (count: number, entry: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => entry(index)).join();
/** A text with a piece of it damaged. */
const damagedText = (text: string) =>
  damaged(new TextEncoder().encode(text)).map((bytes) => new TextDecoder().decode(bytes));

describe('run file', () => {
  const json = JSON.parse(load('public/demo/reviews/result.json')) as object;

  test('any JSON, and any that claims to be one', () =>
    fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 4 }),
        fc.dictionary(fc.constantFrom(...Object.keys(json)), value),
        async (any, fields) => {
          await checkRunFile(any);
          await checkRunFile(JSON.stringify({ version: 0, ...fields, format: 'winnow-run' }));
        },
      ),
      limits,
    ));
});

describe('winnow.json of a reduced model', () => {
  const json = JSON.parse(reducedRecord()) as object;

  test('any JSON, any that claims to be one, and one with fields changed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 4 }),
        fc.dictionary(fc.constantFrom(...Object.keys(json)), value),
        async (any, fields) => {
          await checkReduced(any);
          await checkReduced(JSON.stringify({ version: 0, ...fields, format: 'winnow-reduced-model' }));
          await checkReduced(JSON.stringify({ ...json, ...fields }));
        },
      ),
      limits,
    ));
});

describe('all_results.json', () => {
  const word = fc.constantFrom(
    'NaN',
    '-Infinity',
    '"',
    '\\',
    '{',
    '[',
    ']',
    '}',
    ',',
    ':',
    '"baseline":{',
    '"selection":{',
    '1',
  );
  test('any words of it', () =>
    fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 40 }), (words) => checkAllResults(words.join(''))),
      limits,
    ));

  const huge = 10_000_000;
  const inside = (what: string): string => `{"baseline":{},"selection":{},"x":${what}}`;
  test.each([
    ['a text of ten million characters', inside(`"${'x'.repeat(huge)}"`)],
    ['a text of escapes that does not end', inside(`"${'\\"'.repeat(huge / 2)}`)],
    ['lists in lists', inside('['.repeat(huge) + ']'.repeat(huge))],
  ])('%s', (_, text) => checkAllResults(text));

  test('sizes by the hundred thousand', () => {
    const sizes = repeated(150_000, (size) => `"selected-${size}":0`);
    const text = load('test/fixtures/selection/max-features.json').replace(
      '"base_results":',
      `${sizes},"base_results":`,
    );
    return checkAllResults(text);
  });
});

describe('an experiment among dropped files', () => {
  const path = fc.constantFrom(
    'train.word',
    'a/train.word',
    'b/train.word',
    'train.label',
    'dev.word',
    '/a/../dev.label',
    'test.word',
    'test.label',
    'train.json',
    '',
    '\\',
    '.',
  );
  const good = {
    ...{ base_dir: 'a', train_source: 'train.word', train_labels: 'train.label', train_activations: 'train.json' },
    ...{ test_source: 'test.word', test_labels: 'test.label', metric: 'accuracy', performance_deltas: [[3, 1]] },
  };
  const keys = [
    ...Object.keys(good),
    'dev_source',
    'dev_labels',
    'max_sent_l',
    'num_epochs',
    'task_specific_tag',
    'is_brnn',
    '__proto__',
  ];
  const text = fc.oneof(
    fc
      .dictionary(fc.constantFrom(...keys), fc.oneof(path, value))
      .map((fields) => JSON.stringify({ ...good, ...fields })),
    damagedText(JSON.stringify(good)),
    fc.json(),
    fc.constant(`{"train_source":1,"train_labels":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
  );
  const config = fc.tuple(fc.constantFrom('config.json', 'a/x.json', 'y.txt'), text);
  const files = fc.uniqueArray(fc.oneof(config, fc.tuple(path, fc.string())), {
    selector: ([name]) => name,
    maxLength: 8,
  });

  test('names only files that are there; what it lacks is said', () =>
    fc.assert(
      fc.asyncProperty(files, files, async (some, more) => {
        const others = some.map(([name, content]) => dropped(name, content));
        const activations = more.map(([name, content]) => dropped(`h/${name}`, content));
        await checkExperimentDrop(others, activations);
      }),
      limits,
    ));
});
