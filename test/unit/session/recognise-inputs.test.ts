/** What any set of files is: each file is used, missing something, worth a word, or ignored with a reason, and only once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeActivations } from '../../../src/activations/file/write.ts';
import { inMemory } from '../../../src/activations/matrix.ts';
import { claimedPaths, unclaimedFiles } from '../../../src/base/recognition.ts';
import type { DroppedFile } from '../../../src/data/cards.ts';
import { inspect } from '../../../src/session/inputs/inspect.ts';
import { recogniseInputs } from '../../../src/session/inputs/recognise.ts';
import { recogniseResults, resultOf } from '../../../src/session/inputs/results.ts';
import { dropped, fileOf, vanishing } from '../../fixtures/files.ts';
import { reducedRecord } from '../../fuzz/targets/results.ts';

const root = join(import.meta.dirname, '../../..');
const load = (path: string) => new Uint8Array(readFileSync(join(root, path)));
const bert = 'test/fixtures/models/bert';
const model = readdirSync(join(root, bert))
  .filter((name) => !name.startsWith('golden'))
  .map((name) => dropped(`bert/${name}`, load(`${bert}/${name}`)));
const table = (rows: number) => `sentence\tlabel\n${'good\t1\nbad\t0\n'.repeat(rows / 2)}`;
const tables = [dropped('data/train.tsv', table(20)), dropped('data/dev.tsv', table(6))];
const stray = dropped('photo.jpg', 'x');

async function array(path: string, rows: number): Promise<DroppedFile> {
  const activations = inMemory(new Float32Array(rows * 6), { rows, layers: 2, hidden: 3 });
  const blob = await writeActivations('npy', { activations, lengths: null, words: null });
  return { path, file: fileOf(path, new Uint8Array(await blob.arrayBuffer())) };
}
const vectors = [await array('train.npy', 20), await array('dev.npy', 6)];

describe('inputs of a run', () => {
  test('a whole model is used before activations, and every file is spoken for', async () => {
    const files = [...vectors, ...model, ...tables, stray];
    const found = await recogniseInputs(files, {});
    expect([found.vectors.from, found.missing]).toEqual(['model', []]);
    expect(found.used.get('bert/model.safetensors')).toBe('weights');
    expect(found.used.get('data/dev.tsv')).toBe('dev');
    expect(found.ignored.map(({ path }) => path)).toEqual(['train.npy', 'dev.npy', 'photo.jpg']);
    expect(claimedPaths(found)).toEqual(new Set(files.map(({ path }) => path)));
    expect(found.notices).toContainEqual(
      expect.objectContaining({
        message: 'The model is used, these activations are left aside: `train.npy`, `dev.npy`.',
        next: expect.stringContaining('take the weights of the model out'),
      }),
    );
  });

  test('goldens in a model folder, which may look like rows, are no files of another task', async () => {
    const rows = [
      { text: 'a fine film', pair: null, tokens: ['a', 'fine'] },
      { text: 'so dull', pair: null, tokens: ['so', 'dull'] },
    ];
    const goldens = [
      dropped('bert/golden.json', JSON.stringify({ max_length: 8, texts: rows })),
      dropped('bert/samples.json', JSON.stringify(rows.map(({ text }, i) => ({ text, label: `class ${i}` })))),
    ];
    const found = await recogniseInputs([...model, ...goldens, ...tables], {});
    expect(found.missing).toEqual([]);
    expect(found.notices.map(({ message }) => message).join()).not.toContain('more than one task');
    const ignored = new Map(found.ignored.map(({ path, reason }) => [path, reason]));
    for (const { path } of goldens) expect(ignored.get(path)).toBeTruthy();
  });

  test('a smaller model beside the whole one is told apart, whatever files it holds', async () => {
    const reduced = [
      dropped('bert-small/winnow.json', reducedRecord()),
      dropped('bert-small/onnx/model.onnx', 'graph'),
      dropped('bert-small/README.md', '# bert-small'),
      ...model.map(({ path, file }) => ({ path: path.replace('bert/', 'bert-small/'), file })),
    ];
    const found = await recogniseInputs([...reduced, ...model, ...tables], {});
    expect(found.missing).toEqual([]);
    expect(found.used.get('bert/model.safetensors')).toBe('weights');
    expect(reduced.map(({ path }) => found.used.get(path))).toEqual(reduced.map(() => 'reduced'));
    expect(found.notices.map(({ message }) => message)).toEqual([
      '`bert-small` is a smaller model that Winnow made of `bert` for SST-2: 2 of 3 layers, 2 neurons.',
    ]);
    const alone = await inspect(reduced, {});
    expect(alone.model).toBeNull();
    expect(alone.reduced).toMatchObject({ folder: 'bert-small', record: { layers: 2, neurons: [64, 70] } });
    expect(alone.missing.map(({ awaited }) => awaited)).toEqual(['model', 'data']);
  });

  test('activations are used where the model is not whole', async () => {
    const part = model.filter(({ path }) => !path.endsWith('.safetensors'));
    const found = await recogniseInputs([...part, ...tables, ...vectors], {});
    expect([found.vectors.from, found.missing]).toEqual(['files', []]);
    expect(found.used.get('train.npy')).toBe('train');
    expect(found.ignored.map(({ reason }) => reason)).toEqual(
      part.map(() => 'It is of a model, which is not needed: the activations are used.'),
    );
  });

  test('beside an experiment configuration, what it does not name is ignored', async () => {
    const sources = { train_source: 't.word', train_labels: 't.label', test_source: 'e.word', test_labels: 'e.label' };
    const named = ['t.word', 't.label', 'e.word', 'e.label'].map((path) => dropped(path, '1\n2\n'));
    const config = dropped('exp.json', JSON.stringify({ ...sources, train_activations: 'train.npy' }));
    const found = await recogniseInputs([config, ...named, ...vectors, ...tables], {});
    expect(found.used.get('exp.json')).toBe('configuration');
    expect(new Set(found.ignored.map(({ reason }) => reason))).toEqual(
      new Set(['The experiment configuration does not name it.']),
    );
    expect(found.ignored.map(({ path }) => path)).toEqual(['dev.npy', 'data/train.tsv', 'data/dev.tsv']);
  });

  test('a configuration that cannot be read is no data set besides', async () => {
    const sources = { train_source: 't.word', train_labels: 't.label', test_source: ['e.word', 'f.word'] };
    const named = ['t.word', 't.label', 'test.word', 'test.label'].map((path) => dropped(path, 'a b\nc d\n'));
    const config = dropped('exp.json', JSON.stringify({ ...sources, clustering_thresholds: [-1, 0.3] }));
    const found = await recogniseInputs([config, ...named], {});
    expect(found.missing.map(({ path, message }) => [path, message])).toContainEqual([
      'exp.json',
      '`test_source` in `exp.json` is ["e.word","f.word"]; a path is expected.',
    ]);
    expect(found.ignored.map(({ path }) => path)).not.toContain('exp.json');
  });
});

describe('results', () => {
  const run = dropped('result.json', load('public/demo/reviews/result.json'));
  const published = dropped('all.json', load('test/fixtures/selection/pipeline.json'));

  test('are told from inputs by their content', async () => {
    const found = await recogniseResults([run, stray, published, ...model], false);
    expect(found.sources.map(({ kind }) => kind)).toEqual(['run', 'published']);
    expect(unclaimedFiles([run, stray, published, ...model], found)).toEqual([stray, ...model]);
  });

  test('one that is broken is said; a file that vanished is left to the inspection', async () => {
    const newer = dropped('new.json', '{"format": "winnow-run", "version": 99}');
    const gone = { path: 'gone.json', file: vanishing('gone.json', '{"format": "winnow-run"}') };
    const found = await recogniseResults([newer, gone], false);
    expect(found.missing).toMatchObject([{ code: 'newer-version', path: 'new.json' }]);
    expect(unclaimedFiles([newer, gone], found)).toEqual([gone]);
  });

  test('where only results are wanted, any other file is said to be none', async () => {
    const found = await recogniseResults([stray], true);
    expect(found.missing).toMatchObject([{ code: 'bad-file', path: 'photo.jpg' }]);
  });

  test('come back from what a tab remembers', async () => {
    const { sources } = await recogniseResults([run, published], false);
    for (const source of sources) {
      const document = source.kind === 'run' ? source.run : source.results.document;
      expect(await resultOf(JSON.parse(JSON.stringify(document)), 'again')).toMatchObject({ kind: source.kind });
    }
  });
});
