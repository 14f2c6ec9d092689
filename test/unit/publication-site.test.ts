/** The files of a published page: which a form has, that all of them are listed, and what is read from others' hosts. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { offlineScript } from '../../headless/offline.ts';
import {
  checkHosted,
  checkList,
  hostedFolder,
  smallerFolder,
  type HostedRecord,
} from '../../src/publication/hosted.ts';
import { firstPublication } from '../../src/publication/publication.ts';
import type { BuiltFile } from '../../src/publication/built-page.ts';
import {
  bytesOf,
  formContent,
  pageBytes,
  resultBytes,
  siteFiles,
  siteList,
  type HostedResult,
  type SiteFile,
} from '../../src/publication/site.ts';

const file = (path: string, text: string): BuiltFile => {
  const content = new Blob([text]);
  return { path, bytes: () => Promise.resolve(content.size), content: () => Promise.resolve(content) };
};

const built: BuiltFile[] = [
  file('index.html', '<!doctype html><html lang="en"><script src="./assets/index-A1.js"></script></html>'),
  file('assets/index-A1.js', 'import("./view-B2.js"); new Worker("engine.worker-C3.js")'),
  file('assets/view-B2.js', ''),
  file('assets/engine.worker-C3.js', '"trainer.worker-D4.js" "runtime-E5.wasm" "products.worker-F6.js"'),
  file('assets/trainer.worker-D4.js', '"adam-G7.js"'),
  file('assets/adam-G7.js', ''),
  file('assets/runtime-E5.wasm', ''),
  file('assets/products.worker-F6.js', ''),
  file('assets/left-H8.js', ''),
  file('report.html', 'what a result is saved in'),
  file(`${hostedFolder}/index.json`, '{"results":["own"]}'),
  file(
    'offline.js',
    offlineScript({ first: ['assets/index-A1.js'], later: [] }, [], 'addEventListener("fetch", () => 1);\n'),
  ),
];

const record: HostedRecord = {
  ...firstPublication('A result'),
  ...{ task: null, columns: null, smaller: ['onnx/model.onnx'], pairs: false },
  files: [{ path: 'model/config.json', bytes: 2, role: 'model' }],
};
const result: HostedResult = {
  record,
  run: '{}',
  files: new Map([['model/config.json', new Blob(['{}'])]]),
  smaller: new Map([['onnx/model.onnx', new Blob(['x'])]]),
};

const pathsOf = (files: readonly SiteFile[]): string[] => files.map(({ path }) => path).sort();

describe('the files of a form', () => {
  const folder = `${hostedFolder}/a-result`;
  const always = ['.nojekyll', 'index.html', 'offline.js', siteList, `${hostedFolder}/index.json`];
  const view = [
    ...always,
    'assets/index-A1.js',
    'assets/view-B2.js',
    `${folder}/manifest.json`,
    `${folder}/result.json`,
  ];
  const smaller = `${folder}/${smallerFolder('a-result')}/onnx/model.onnx`;
  const field = [...view, smaller, 'assets/engine.worker-C3.js', 'assets/runtime-E5.wasm'];
  const training = ['assets/trainer.worker-D4.js', 'assets/adam-G7.js', 'assets/products.worker-F6.js'];
  const run = [...field, ...training, 'report.html', `${folder}/model/config.json`];

  test.each([
    ['view', view],
    ['field', field],
    ['run', run],
  ] as const)('%s are those that its page leads to, and its results', async (form, paths) => {
    const files = await siteFiles(built, form, [result]);
    expect(pathsOf(files)).toEqual([...paths].sort());
    const start = await files.find(({ path }) => path === 'index.html')!.content.text();
    expect(start).toContain(`<html lang="en" data-form="${form}">`);
  });

  test.each(['view', 'field', 'run'] as const)('have the size of %s before they are read', async (form) => {
    const files = await formContent(built, form, [result]);
    const own = files.filter(({ path }) => !['.nojekyll', `${hostedFolder}/index.json`].includes(path));
    const mark = ` data-form="${form}"`.length;
    expect((await pageBytes(built, form)) + resultBytes([result], form)).toBe(bytesOf(own) - mark);
  });

  test('stand in their list with their hashes, and those that are kept in the worker', async () => {
    const files = await siteFiles(built, 'field', [result]);
    const list = await files.find(({ path }) => path === siteList)!.content.text();
    const lines = await Promise.all(
      files
        .filter(({ path }) => path !== siteList)
        .map(async ({ path, content }) => {
          const hash = createHash('sha256')
            .update(new Uint8Array(await content.arrayBuffer()))
            .digest('hex');
          return `${hash}  ${path}`;
        }),
    );
    expect(list.trim().split('\n').sort()).toEqual(lines.sort());
    const worker = await files.find(({ path }) => path === 'offline.js')!.content.text();
    const [head, build, isolation, code] = worker.split('\n');
    const { first, later } = JSON.parse(head.slice('const files = '.length, -1)) as Record<'first' | 'later', string[]>;
    const kept = pathsOf(files).filter((path) => !['index.html', 'offline.js', '.nojekyll', siteList].includes(path));
    expect([...first, ...later].sort()).toEqual(kept);
    expect(build).toMatch(/^const build = "[0-9a-f]{16}";$/);
    expect(isolation).toContain('Cross-Origin-Opener-Policy');
    expect(code).toBe('addEventListener("fetch", () => 1);');
  });

  test('another content is another build, so that browsers take it up', async () => {
    const buildOf = async (run: string): Promise<string> => {
      const files = await siteFiles(built, 'view', [{ ...result, run }]);
      return (await files.find(({ path }) => path === 'offline.js')!.content.text()).split('\n')[1];
    };
    expect(await buildOf('{}')).toBe(await buildOf('{}'));
    expect(await buildOf('{}')).not.toBe(await buildOf('{ }'));
  });

  test('two results of one id are refused', async () => {
    await expect(siteFiles(built, 'view', [result, result])).rejects.toThrow('Two results are called "a-result".');
  });
});

describe('the record of a result on a host', () => {
  const stored = JSON.parse(JSON.stringify(record)) as unknown;

  test('is read as it was written', () => expect(checkHosted(stored, 'manifest.json')).toEqual(record));

  test.each([
    '../secret',
    '/etc/passwd',
    'a/../../b',
    'a\\b',
    'https://elsewhere.example/a',
    'a//b',
    '.hidden',
    'a b',
    '',
  ])('names no file outside its folder: %j', (path) => {
    const wrong = { ...record, smaller: [path] };
    expect(() => checkHosted(wrong, 'manifest.json')).toThrow('`manifest.json` is not valid: at smaller.0');
  });

  test.each(['../x', 'A', 'con', '<b>'])('has an id that is a folder’s name: not %j', (id) => {
    expect(() => checkHosted({ ...record, id }, 'manifest.json')).toThrow('at id');
    expect(() => checkList({ results: [id] })).toThrow('is not valid');
  });
});

test('each demo is such a result, and its files are there', () => {
  const folder = join('public', hostedFolder);
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const ids = checkList(read('index.json'));
  expect(ids).not.toEqual([]);
  for (const id of ids) {
    const { files, smaller, ...demo } = checkHosted(read(`${id}/manifest.json`), id);
    expect(demo.id).toBe(id);
    const paths = [...files.map(({ path }) => path), ...smaller.map((path) => `${smallerFolder(id)}/${path}`)];
    for (const path of paths) expect(existsSync(join(folder, id, path)), path).toBe(true);
  }
});
