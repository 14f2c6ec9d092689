/** Layers of two runs compared by what the browser keeps of them and by files: the same numbers; what does not fit is refused. */
import { beforeAll, expect, test } from 'vitest';
import { forget } from '../../src/activations/cache.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import { cka, ckaBetween } from '../../src/measures/cka/cka.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import { defaultOptions, type DroppedFile, type RunRequest } from '../../src/session/contract.ts';
import type { RunFile } from '../../src/run/run-file.ts';
import { compareLayers } from '../../src/session/stages/compare-layers.ts';
import { analyze, extractFile } from '../../src/session/stages/pipeline.ts';
import { modelFiles } from './model-fixtures.ts';
import { neuronProducts } from '../../src/redundancy/neuron-products.ts';

const place = { device: 'wasm', threads: 1 } as const;
const rows = 40;
const quiet = () => undefined;

function sentence(row: number): string {
  return `film ${row} ${row % 2 === 0 ? 'is dull and cold' : 'is warm and sharp'} ${'again '.repeat(row % 7)}.`;
}

function dataFile(name: string, count: number, from = 0): DroppedFile {
  const lines = Array.from({ length: count }, (_, row) => `${sentence(from + row)}\t${row % 2}`);
  return { path: `reviews/${name}`, file: new File([['sentence\tlabel', ...lines, ''].join('\n')], name) };
}

async function request(model: string, test = dataFile('dev.tsv', rows)): Promise<RunRequest> {
  const options = { ...defaultOptions, ...place, seeds: 1, protocol: 'paper' as const, thresholds: [-1] };
  return {
    files: [...(await modelFiles(model)), dataFile('train.tsv', 60), test],
    corrections: { task: 'sst-2' },
    options,
  };
}

async function saved(of: RunRequest, name: string): Promise<{ file: DroppedFile; values: Float32Array<ArrayBuffer> }> {
  const blob = await extractFile({ ...of, role: 'dev', format: 'npz' }, quiet);
  const plain = await (await extractFile({ ...of, role: 'dev', format: 'npy' }, quiet)).arrayBuffer();
  const values = new Float32Array(plain.slice(10 + new DataView(plain).getUint16(8, true)));
  return { file: { path: name, file: new File([blob], name) }, values };
}

let first: RunFile;
let other: RunFile;
let files: Awaited<ReturnType<typeof saved>>[];
const named = (title: string, run: RunFile, own: DroppedFile[] | null = null) => ({ title, run, files: own });

beforeAll(async () => {
  await forget(null);
  const requests = [await request('bert'), await request('distilbert')];
  [first, other] = [await analyze(requests[0], quiet), await analyze(requests[1], quiet)];
  files = [await saved(requests[0], 'a.npz'), await saved(requests[1], 'b.npz')];
}, 120_000);

test('by what is kept and by files: CKA of the test rows', async () => {
  expect(first.testRows!.sha256).toBe(other.testRows!.sha256);
  expect(first.testRows!.kept).not.toBe(other.testRows!.kept);
  const kept = await compareLayers({ results: [named('A', first), named('B', other)], place }, quiet);
  expect(kept.rows).toBe(rows);
  const [own, its] = [first, other].map(({ model }, index) => {
    const shape = { rows, layers: model.layers + 1, hidden: model.hidden };
    return inMemory(files[index].values, shape);
  });
  const plain = await ckaBetween(referenceDevice(), own, its);
  kept.cka.debiased.flat().forEach((value, at) => {
    const expected = plain.debiased.flat()[at];
    if (expected === null) expect(value).toBeNull();
    else expect(Math.abs(value! - expected)).toBeLessThan(1e-5);
  });
  const given = [named('A', first, [files[0].file]), named('B', other, [files[1].file])] as const;
  expect(await compareLayers({ results: [given[0], given[1]], place }, quiet)).toEqual(kept);
  expect(await compareLayers({ results: [named('A', first), given[1]], place }, quiet)).toEqual(kept);

  const itself = await compareLayers({ results: [named('A', first), given[0]], place }, quiet);
  const alone = await cka(await neuronProducts(referenceDevice(), own));
  itself.cka.biased.flat().forEach((value, at) => {
    const expected = alone.biased.flat()[at];
    if (expected === null) expect(value).toBeNull();
    else expect(Math.abs(value! - expected)).toBeLessThan(1e-5);
  });
});

test('the order of rows counts, their labels do not', async () => {
  const sameTexts = dataFile('dev.tsv', rows);
  const text = await sameTexts.file.slice().text();
  const flipped = text.replace(/\t([01])/g, (_, label: string) => `\t${1 - Number(label)}`);
  const relabelled = { ...sameTexts, file: new File([flipped], 'dev.tsv') };
  const [same, moved] = [
    await analyze(await request('bert', relabelled), quiet),
    await analyze(await request('bert', dataFile('dev.tsv', rows, 1)), quiet),
  ];
  expect(same.testRows!.sha256).toBe(first.testRows!.sha256);
  expect(moved.testRows!.sha256).not.toBe(first.testRows!.sha256);
  await expect(compareLayers({ results: [named('A', first), named('B', moved)], place }, quiet)).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringContaining('different test rows') as string,
  });
}, 60_000);

test.each([
  [
    'of another model',
    () => named('B', { ...other, model: { ...other.model, hidden: 16 } }, [files[1].file]),
    'bad-data',
    '4 layers of 32 neurons, B 4 of 16.',
  ],
  ['two files', () => named('B', other, [files[0].file, files[1].file]), 'bad-option', '2 files are given'],
  [
    'of fewer rows',
    () =>
      named('B', { ...other, data: { ...other.data, instances: { ...other.data.instances, test: 41 } } }, [
        files[1].file,
      ]),
    'bad-data',
    '40',
  ],
  [
    'kept by another browser',
    () => named('B', { ...other, testRows: { ...other.testRows!, kept: 'f'.repeat(64) } }),
    'missing-file',
    'The activations of B are not kept here.',
  ],
])('refused: %s', async (_, result, code, message) => {
  const asked = compareLayers({ results: [named('A', first), result()], place }, quiet);
  await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
});
