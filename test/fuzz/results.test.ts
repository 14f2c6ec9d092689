/**
 * Files of results of any content, and configurations of the published scripts among any files: a value or a WinnowError,
 * and what comes out can be shown and saved again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllResults, writeAllResults } from '../../src/published/all-results.ts';
import { mostNeurons } from '../../src/run/gaps.ts';
import { checkRun, parseRun, runVersion } from '../../src/run/run-file.ts';
import { recogniseExperiment } from '../../src/session/inputs/experiment.ts';
import { dropped } from '../fixtures/files.ts';
import { changed, damaged, limits, valueOrRefusal } from '../fixtures/hostile.ts';

const root = join(import.meta.dirname, '../..');
const load = (path: string): string => readFileSync(join(root, path), 'utf8');
const attempt = <T>(work: () => T): Promise<T | null> => valueOrRefusal(Promise.resolve().then(work));

const value = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0.5, 1e308, 2 ** 53, '', '__proto__', [], {}, [[]], [1e9], [null], true),
  fc.jsonValue({ maxDepth: 2 }),
);
const repeated = (count: number, entry: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => entry(index)).join();
const walk = fc.array(fc.nat(40), { minLength: 1, maxLength: 8 });
/** A text with a piece of it damaged. */
const damagedText = (text: string) =>
  damaged(new TextEncoder().encode(text)).map((bytes) => new TextDecoder().decode(bytes));

describe('run file', () => {
  const text = load('public/demo/reviews/result.json');
  const json = JSON.parse(text) as object;

  async function check(own: string): Promise<void> {
    const run = await attempt(() => parseRun(own, 'run.json'));
    if (run === null) return;
    expect(run.version).toBe(runVersion);
    expect(run.layers.individual).toHaveLength(run.model.layers + 1);
    expect((run.model.layers + 1) * run.model.hidden).toBeLessThanOrEqual(mostNeurons);
    expect(checkRun(JSON.parse(JSON.stringify(run)), 'again')).toEqual(run);
  }

  test('one value changed', () =>
    fc.assert(
      fc.asyncProperty(walk, value, (steps, own) => check(JSON.stringify(changed(json, steps, own)))),
      { ...limits, numRuns: 30 },
    ));

  test('damaged', () => fc.assert(fc.asyncProperty(damagedText(text), check), { ...limits, numRuns: 30 }));

  test('any JSON, and any that claims to be one', () =>
    fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 4 }),
        fc.dictionary(fc.constantFrom(...Object.keys(json)), value),
        async (any, fields) => {
          await check(any);
          await check(JSON.stringify({ version: 0, ...fields, format: 'winnow-run' }));
        },
      ),
      limits,
    ));
});

describe('all_results.json', () => {
  async function check(text: string): Promise<void> {
    const results = await attempt(() => parseAllResults(text, 'all_results.json'));
    if (results === null) return;
    const saved = writeAllResults(results.document);
    expect(parseAllResults(saved, 'all_results.json')).toEqual(results);
    structuredClone(results);
  }

  const names = ['pipeline', 'pipeline-many', 'clustering', 'max-features'];
  const texts = names.map((name) => [name, load(`test/fixtures/selection/${name}.json`)] as const);

  test.each(texts)('%s with one value changed', (_, text) => {
    // As Python writes them; the change is of any JSON value.
    const json = JSON.parse(text.replace(/\bNaN\b/g, 'null').replace(/\bInfinity\b/g, '1e308')) as object;
    return fc.assert(
      fc.asyncProperty(walk, value, (steps, own) => check(JSON.stringify(changed(json, steps, own)))),
      limits,
    );
  });

  test.each(texts)('%s, damaged', (_, text) => fc.assert(fc.asyncProperty(damagedText(text), check), limits));

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
      fc.asyncProperty(fc.array(word, { maxLength: 40 }), (words) => check(words.join(''))),
      limits,
    ));

  const huge = 10_000_000;
  const inside = (what: string): string => `{"baseline":{},"selection":{},"x":${what}}`;
  test.each([
    ['a text of ten million characters', inside(`"${'x'.repeat(huge)}"`)],
    ['a text of escapes that does not end', inside(`"${'\\"'.repeat(huge / 2)}`)],
    ['lists in lists', inside('['.repeat(huge) + ']'.repeat(huge))],
  ])('%s', (_, text) => check(text));

  test('sizes by the hundred thousand', () => {
    const sizes = repeated(150_000, (size) => `"selected-${size}":0`);
    const text = load('test/fixtures/selection/max-features.json').replace(
      '"base_results":',
      `${sizes},"base_results":`,
    );
    return check(text);
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
        const found = await recogniseExperiment(others, activations);
        const paths = [...others, ...activations].map((file) => file.path);
        for (const used of found.used.keys()) expect(paths).toContain(used);
        for (const { message, next } of [...found.missing, ...found.notices]) expect([message, next]).not.toContain('');
        if (found.card === null) expect(found.files).toBeNull();
        else expect(found.files !== null && found.files.length + 2 * found.missing.length >= 4).toBe(true);
        for (const file of found.activations ?? []) expect(activations).toContain(file);
        structuredClone({ card: found.card, corrections: found.corrections });
      }),
      limits,
    ));
});
