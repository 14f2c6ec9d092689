/** The folder of a reduced model: what is in it, what its card and record say, how it is zipped, and dropped again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readZipDirectory, locateEntry } from '../../src/format/zip.ts';
import { zipBlob, zipStream } from '../../src/format/zip-write.ts';
import { recogniseModel, type ModelSource } from '../../src/model/recognise.ts';
import { reducedFolder, type FolderInput, type ReducedFolder } from '../../src/reduced/folder.ts';
import { recogniseReduced } from '../../src/reduced/recognise.ts';
import { parseReduced } from '../../src/reduced/record.ts';
import type { ReducedMeasurement } from '../../src/run/reduced.ts';
import { tasks, withLabels, type LabelledTask } from '../../src/data/tasks.ts';
import type { SourceFile } from '../../src/base/source-file.ts';
import { dropped } from '../fixtures/files.ts';
import { errorOf } from '../fixtures/errors.ts';

const models = join(import.meta.dirname, '../fixtures/models');

async function sourceOf(name: string): Promise<ModelSource> {
  const own = readdirSync(join(models, name)).filter((file) => !file.startsWith('golden'));
  const { source } = await recogniseModel(
    own.map((file) => dropped(`${name}/${file}`, new Uint8Array(readFileSync(join(models, name, file))))),
  );
  if (!source) throw new Error(`${name} is no model`);
  return source;
}

const sst2 = withLabels(tasks['sst-2'], []);
const graph = { path: 'onnx/model.onnx', blob: new Blob(['graph']) };

async function folderOf(changes: Partial<FolderInput> = {}): Promise<ReducedFolder> {
  const source = changes.source ?? (await sourceOf('bert'));
  return reducedFolder({
    ...{ name: 'bert-small', created: '2026-11-29T05:00:00.000Z', source, sha256: 'a1', parameters: 12 },
    head: { neurons: Int32Array.of(64, 70), weight: Float32Array.of(1, 2, 3, 4), bias: Float32Array.of(0, 1) },
    ...{ task: sst2, pairs: false, maxLength: 40, pooling: 'first', aggregation: null, graphs: [graph], claim: null },
    ...changes,
  });
}

const measurement: ReducedMeasurement = {
  ...{ created: '2026-11-29T06:00:00.000Z', split: 'test', rows: 872, unit: 'row' },
  files: [
    {
      ...{ path: graph.path, dtype: 'float32', bytes: 5, scores: { accuracy: 0.875 } },
      msPerRow: { median: 0.5, lower: 0.45, upper: 0.6, samples: [0.5] },
      fullMsPerRow: { median: 1.5, lower: 1.4, upper: 1.7, samples: [1.5] },
      ...{ disagreeing: 3, farthest: 2e-6 },
    },
  ],
  full: { scores: { accuracy: 0.9 }, bytes: 500 },
  fineTuned: {
    ...{ scores: { accuracy: 0.91 }, msPerRow: { median: 1.6, lower: 1.5, upper: 1.8, samples: [1.6] } },
    labelsBy: 'number',
  },
  differences: { rows: 2, first: [{ row: 11, label: '1', reduced: '0', full: '1' }] },
  device: { backend: 'wasm', adapter: null, threads: 4, browser: 'Chrome 140' },
};

async function textOf({ files, describe: tell }: ReducedFolder, path: string, measured = false): Promise<string> {
  const all = [...files, ...tell(measured ? measurement : null)];
  return (await all.find((file) => file.path === path)?.blob.text()) ?? '';
}

function asDropped({ files, describe: tell }: ReducedFolder, folder: string): SourceFile[] {
  return [...files, ...tell(null)].map(({ path, blob }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return { path: folder === '' ? path : `${folder}/${path}`, file: new File([blob], name) };
  });
}

test('graphs, config, tokenizer and, with all neurons in one layer, a class of transformers', async () => {
  const made = await folderOf();
  const paths = made.files.map(({ path }) => path);
  expect(paths).toEqual([
    ...['onnx/model.onnx', 'config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'],
  ]);
  expect(JSON.parse(await textOf(made, 'config.json'))).toMatchObject({ num_hidden_layers: 2, num_labels: 2 });
  expect(JSON.parse(await textOf(made, 'tokenizer_config.json'))).toMatchObject({ model_max_length: 40 });
  expect(made.record).toMatchObject({
    ...{ layers: 2, neurons: [64, 70], standard: { className: 'BertForSequenceClassification' } },
    task: { labels: ['0', '1'], shown: ['negative', 'positive'] },
  });
});

test('neurons in two layers: no class, and the card says why', async () => {
  const head = { neurons: Int32Array.of(3, 70), weight: Float32Array.of(1, 2, 3, 4), bias: Float32Array.of(0, 1) };
  const made = await folderOf({ head });
  expect(made.files.map(({ path }) => path)).not.toContain('model.safetensors');
  const card = await textOf(made, 'README.md');
  expect(card).toContain('library_name: onnx');
  expect(card).toContain('Its neurons lie in layers 0 and 2');
  expect(card).not.toContain('AutoModelForSequenceClassification.from_pretrained(folder)\ntokenizer');
});

test('the record is read again as it was written', async () => {
  const made = await folderOf();
  const record = parseReduced(await textOf(made, 'winnow.json', true), 'winnow.json');
  expect(record).toEqual({ ...made.record, measurement });
});

test('what was measured stands in the card', async () => {
  const card = await textOf(await folderOf(), 'README.md', true);
  expect(card).toContain(
    '| `onnx/model.onnx` | accuracy 0.8750 | 0.500 ms (0.450 to 0.600) | 1.500 ms (1.400 to 1.700) | 5 | 3 |',
  );
  expect(card).toContain('accuracy 0.9100');
  expect(card).toContain('differ on 2 of 872 rows. The first 1:');
  expect(card).toContain('| 12 | 1 | 0 | 1 |');
  expect(card).toContain('told by their numbers');
  expect(await textOf(await folderOf(), 'README.md')).toContain('have not been measured');
});

describe('names and labels of a user’s stay text', () => {
  const wild = '</td><script>x</script> | `*[a](b)* \n---\nlicense: mit';

  test('in the card', async () => {
    const task: LabelledTask = { ...withLabels(tasks.classification, [wild, 'b']) };
    const source = { ...(await sourceOf('bert')), name: wild };
    const card = await textOf(await folderOf({ task, source, name: wild }), 'README.md');
    const outsideCode = card.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
    expect(outsideCode).not.toContain('<script>');
    expect(card.match(/^---$/gm)).toHaveLength(2);
    expect(card).not.toMatch(/^license:/m);
    const rows = card.split('\n').filter((line) => line.startsWith('| labels'));
    expect(rows).toHaveLength(1);
    expect(rows[0].match(/(?<!\\)\|/g)).toHaveLength(3);
  });

  test('in config.json', async () => {
    const task: LabelledTask = { ...withLabels(tasks.classification, [wild, 'b']) };
    const config = JSON.parse(await textOf(await folderOf({ task }), 'config.json')) as { id2label: unknown };
    expect(config.id2label).toEqual({ 0: wild, 1: 'b' });
  });
});

describe('dropped again', () => {
  test('it is told as what it is, and its files are those of no model', async () => {
    const made = await folderOf();
    const files = asDropped(made, 'bert-small');
    const found = await recogniseReduced([...files, dropped('data/train.tsv', 'a\t0\n')]);
    expect(found.card).toEqual({ folder: 'bert-small', record: made.record });
    expect([...found.used.keys()].sort()).toEqual(files.map(({ path }) => path).sort());
    expect(found.files.get('onnx/model.onnx')?.size).toBe(5);
    expect(found.notices).toHaveLength(1);
    expect(found.notices[0].message).toBe(
      '`bert-small` is a smaller model that Winnow made of `bert` for SST-2: 2 of 3 layers, 2 neurons.',
    );
  });

  test('at the top, other files stay free', async () => {
    const files = asDropped(await folderOf(), '');
    const found = await recogniseReduced([...files, dropped('train.tsv', 'a\t0\n')]);
    expect(found.used.has('train.tsv')).toBe(false);
    expect(found.used.size).toBe(files.length);
  });

  test.each([
    [
      'a file of another size',
      (files: SourceFile[]) => files.map((file) => (file.path.endsWith('.onnx') ? dropped(file.path, 'gra') : file)),
      /has 3 bytes, and winnow\.json says 5/,
    ],
    [
      'a file that is not there',
      (files: SourceFile[]) => files.filter(({ path }) => !path.endsWith('.onnx')),
      /lacks its file `onnx\/model\.onnx`/,
    ],
  ])('%s is said, and nothing is run', async (_, change, message) => {
    const found = await recogniseReduced(change(asDropped(await folderOf(), 'm')));
    expect(found.card).not.toBeNull();
    expect(found.files.size).toBe(0);
    expect(found.notices[1].message).toMatch(message);
  });

  test('a record that is damaged leaves the folder aside; one that is none is any file', async () => {
    const files = asDropped(await folderOf(), 'm');
    const damaged = files.map((file) =>
      file.path === 'm/winnow.json' ? dropped(file.path, '{"format":"winnow-reduced-model","version":1}') : file,
    );
    const found = await recogniseReduced(damaged);
    expect(found.card).toBeNull();
    expect(found.notices[0].message).toMatch(/not valid: at /);
    expect(found.ignored).toHaveLength(files.length);
    const other = await recogniseReduced([dropped('winnow.json', '{"a":1}'), dropped('b/winnow.json', '{')]);
    expect(other).toMatchObject({ card: null, notices: [], ignored: [] });
  });

  test.each([
    [{ version: 2 }, 'newer-version', /version 2/],
    [{ layers: 4 }, 'bad-file', /4 layers of a model of 3/],
    [{ neurons: [999] }, 'bad-file', /above its layers/],
    [{ graphs: [{ path: 'x.onnx', dtype: 'int8' }] }, 'bad-file', /does not list x\.onnx/],
  ] as const)('%o is refused', async (change, code, message) => {
    const { record } = await folderOf();
    const text = JSON.stringify({ ...record, ...change });
    const error = await errorOf(Promise.resolve().then(() => parseReduced(text, 'winnow.json')));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('zipped', () => {
  test('every file lies in the archive as it is', async () => {
    const made = await folderOf();
    const files = [...made.files, ...made.describe(null)];
    const zip = new File([await zipBlob(files, new Date('2026-11-29T05:00:00Z'))], 'a.zip');
    const entries = await readZipDirectory(zip);
    expect([...entries.keys()]).toEqual(files.map(({ path }) => path));
    for (const { path, blob } of files) {
      const entry = entries.get(path);
      if (!entry) throw new Error(path);
      const { start, end } = await locateEntry(zip, entry);
      expect(await zip.slice(start, end).text()).toBe(await blob.text());
    }
  });

  test.each(['../a', '/a', 'a//b', 'a\\b', '.'])('%s is no path', (path) => {
    expect(() => zipStream([{ path, blob: new Blob() }], new Date())).toThrow(/no path/);
  });

  test('a file that vanished ends it with a sentence', async () => {
    const gone = Object.assign(new Blob(['ab']), {
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }),
      stream: () =>
        new ReadableStream({
          start: (control) => {
            control.error(new DOMException('gone', 'NotFoundError'));
          },
        }),
    });
    const error = await errorOf(zipBlob([{ path: 'a', blob: gone }], new Date()));
    expect(error.code).toBe('unreadable-file');
  });
});
