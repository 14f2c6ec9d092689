/** What is published of one result: told by hashes among its owner's files, and nothing of theirs but what was chosen. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtPaths, workerOf } from '../../src/publication/built-page.ts';
import { hostedResult, type PublicationOrder } from '../../src/publication/hosted-result.ts';
import { likelyBytes, type OwnFile } from '../../src/publication/own-files.ts';
import { ownSmaller } from '../../src/publication/own-smaller.ts';
import { namedPaths, siteFaults } from '../../src/publication/site-folder.ts';
import { siteList } from '../../src/publication/site.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { errorOf } from '../fixtures/errors.ts';

const demo = join(import.meta.dirname, '../../public/demo/reviews');
const run = parseRun(readFileSync(join(demo, 'result.json'), 'utf8'), 'result.json');
const blobAt = (path: string): Blob => new Blob([readFileSync(join(demo, path))]);

/** Model and data as somebody keeps them: in folders of their own names, with what nobody else needs. */
const files: OwnFile[] = readdirSync(demo, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => ({ path: `Private/${name}`, content: blobAt(name) }));
const mine: OwnFile[] = [
  ...files.map(({ path, content }) => ({
    path: path.endsWith('.tsv') ? path.replace('train', 'my train').replace('dev', 'my dev') : path,
    content,
  })),
  { path: 'Private/optimizer.pt', content: new Blob(['x']) },
  { path: 'Private/other.safetensors', content: new Blob(['another model']) },
];

const order: PublicationOrder = {
  ...{ run, title: 'Mine', note: '', opensIn: 'result' as const, sections: null, revealed: [] },
  ...{ smaller: null, inputs: null },
};
const withInputs = { ...order, inputs: { model: mine, data: mine } };

describe('a result with model and data', () => {
  test('has those that the run was made with, under names of its own', async () => {
    const { result, revealed } = await hostedResult(withInputs, []);
    expect(result.record.files.map(({ path, role }) => [path, role])).toEqual([
      ['model/config.json', 'model'],
      ['model/tokenizer.json', 'model'],
      ['model/tokenizer_config.json', 'model'],
      ['model/model.safetensors', 'model'],
      ['data/train.tsv', 'train'],
      ['data/dev.tsv', 'dev'],
    ]);
    expect(revealed).toEqual(['hashes', 'probes']);
    expect(JSON.stringify(result.record) + result.run).not.toContain('Private');
    const bytes = result.record.files.reduce((sum, file) => sum + file.bytes, 0);
    expect(
      likelyBytes(
        mine.filter(({ path }) => !path.includes('other')),
        run,
      ),
    ).toBe(bytes);
  });

  test('loses the places on its owner’s disk that libraries write into settings', async () => {
    const config = JSON.stringify({ _name_or_path: '/home/me/model', model_type: 'bert' });
    const moved = mine.map((file) =>
      file.path.endsWith('/config.json') ? { ...file, content: new Blob([config]) } : file,
    );
    const { result } = await hostedResult({ ...order, inputs: { model: moved, data: moved } }, []);
    expect(await result.files.get('model/config.json')!.text()).not.toContain('/home/me');
  });

  test.each<[string, RunFile, string]>([
    ['another model', { ...run, model: { ...run.model, sha256: '0'.repeat(64) } }, 'No weights among the files'],
    [
      'other data',
      { ...run, data: { ...run.data, files: run.data.files.map((file) => ({ ...file, sha256: 'f'.repeat(64) })) } },
      'The train file that the run was made with is not among',
    ],
    ['an adapter', { ...run, model: { ...run.model, adapter: 'lora' } }, 'made with an adapter'],
  ])('is refused with %s', async (_, other, message) => {
    expect((await errorOf(hostedResult({ ...withInputs, run: other }, []))).message).toContain(message);
  });

  test('stops when it is told to', async () => {
    await expect(hostedResult(withInputs, [], { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('a result with a smaller model', () => {
  const folder = (path: string): Promise<Blob> => Promise.resolve(blobAt(`reviews-smaller/${path}`));

  test('has its files, and a record that names what is published', async () => {
    const smaller = await ownSmaller(folder, run);
    const { result } = await hostedResult({ ...order, smaller }, ['mine']);
    expect(result.record).toMatchObject({ id: 'mine-2', pairs: false, files: [], columns: null });
    expect(result.record.smaller).toEqual(['winnow.json', ...smaller.record.files.map(({ path }) => path)]);
    const record = JSON.parse(await result.smaller.get('winnow.json')!.text()) as Record<string, unknown>;
    expect(record).toMatchObject({ name: 'mine-2-smaller', model: { name: 'a model' }, measurement: null });
  });

  test('that takes two texts says so', async () => {
    const { record, files } = await ownSmaller(folder, run);
    const smaller = { record: { ...record, task: { ...record.task, pairs: true } }, files };
    expect((await hostedResult({ ...order, smaller }, [])).result.record.pairs).toBe(true);
  });

  test('is refused where it is another’s, or not whole', async () => {
    const other = { ...run, model: { ...run.model, sha256: '0'.repeat(64) } };
    expect((await errorOf(ownSmaller(folder, other))).code).toBe('bad-model');
    const cut = async (path: string): Promise<Blob> => (path === 'config.json' ? new Blob(['{}']) : folder(path));
    expect((await errorOf(ownSmaller(cut, run))).message).toContain('`config.json` of the smaller model has 2 bytes');
  });
});

describe('the built page', () => {
  const worker =
    'const files = {"first":["assets/a.js","report.html","demo/index.json"],"later":["assets/b.wasm"]};\nrest();';

  test('is known by its worker, without its results', () => {
    expect(builtPaths(worker)).toEqual(['index.html', 'offline.js', 'assets/a.js', 'report.html', 'assets/b.wasm']);
    const published = workerOf(worker, { first: ['assets/a.js'], later: [] }, 'anew');
    expect(builtPaths(published)).toEqual(['index.html', 'offline.js', 'assets/a.js']);
  });

  test.each([null, 'rest();'])('is not known by %j', (text) => {
    expect(() => builtPaths(text)).toThrow('This page is not built');
  });
});

describe('a published folder', () => {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const faultsOf = (held: Record<string, string>, listed: Record<string, string>) =>
    siteFaults({
      paths: Object.keys(held),
      list: Object.entries(listed)
        .map(([path, text]) => `${hash(text)}  ${path}\n`)
        .join(''),
      has: (path, sha256) => Promise.resolve(hash(held[path]) === sha256),
    });

  test.each([
    [{ a: '1', [siteList]: '' }, { a: '1' }, { foreign: [], changed: [], missing: [] }],
    [{ a: '1', 'b/c': '2' }, { a: '1' }, { foreign: ['b/c'], changed: [], missing: [] }],
    [{ a: '2' }, { a: '1', d: '3' }, { foreign: [], changed: ['a'], missing: ['d'] }],
    [{ a: '1' }, {}, { foreign: ['a'], changed: [], missing: [] }],
    [{ '../a': '1' }, { '../a': '1' }, { foreign: ['../a'], changed: [], missing: [] }],
  ])('%j held against %j', async (held, listed, faults) => {
    expect(await faultsOf(held as Record<string, string>, listed as Record<string, string>)).toEqual(faults);
  });

  test('names the first of many', () => {
    expect(namedPaths(['a', 'b'])).toBe('a and b');
    expect(namedPaths(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
  });
});
