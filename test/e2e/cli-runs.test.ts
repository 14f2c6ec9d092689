/** The command line from folders to results: numbers against PyTorch's, the cache, the files it leaves. */
import { openAsBlob } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { usualMeasures } from '../../src/options/measures.ts';
import { parseAllResults } from '../../src/published/all-results.ts';
import { parseRun } from '../../src/run/run-file.ts';
import { modelFolder, ownFolder, ownInputs, run } from './cli-process.ts';

interface GoldenText {
  text: string;
  pair: string | null;
}

describe('extract', () => {
  test('the classification token of every layer equals PyTorch, rows in file order', async () => {
    const fixture = join(root, 'test/fixtures/models/bert');
    const golden = JSON.parse(await readFile(join(fixture, 'golden.json'), 'utf8')) as {
      max_length: number;
      texts: GoldenText[];
    };
    const rows = golden.texts
      .map((text, index) => ({ ...text, index }))
      .filter(({ text, pair }) => pair === null && !text.includes('\t'));
    expect(rows.length).toBeGreaterThan(2);

    const folder = await ownFolder();
    const model = await modelFolder(folder);
    const data = join(folder, 'golden');
    await mkdir(data);
    await writeFile(join(data, 'dev.tsv'), ['sentence\tlabel', ...rows.map(({ text }) => `${text}\t1`), ''].join('\n'));
    await writeFile(join(data, 'train.tsv'), 'sentence\tlabel\ngood\t1\nbad\t0\n');
    const out = join(folder, 'new', 'dev.safetensors');
    const length = String(golden.max_length);
    const args = [
      '--model',
      model,
      '--data',
      data,
      '--task',
      'sst-2',
      '--file',
      'dev',
      '--max-length',
      length,
      '--device',
      'wasm',
    ];
    const { code, stdout, stderr } = await run('extract', [...args, '--out', out, '--json'], { npm: true });
    expect(stderr).toContain('Extract every layer');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, out, task: 'sst-2', file: 'dev' });

    const { shape, values } = await tensor(out, 'activations');
    const [, layers = 0, hidden = 0] = shape;
    expect(shape).toEqual([rows.length, 4, 32]);
    for (const [place, row] of rows.entries()) {
      const expected = await tensor(join(fixture, 'golden.safetensors'), `hidden.${row.index}`);
      const tokens = expected.shape[1] ?? 0;
      for (let layer = 0; layer < layers; layer++) {
        const ours = values.subarray((place * layers + layer) * hidden, (place * layers + layer + 1) * hidden);
        const theirs = expected.values.subarray(layer * tokens * hidden, layer * tokens * hidden + hidden);
        expect(relativeError(ours, theirs)).toBeLessThan(1e-5);
      }
    }
    expect((await readdir(join(folder, 'new'))).sort()).toEqual(['dev.safetensors']);

    const said = await run('extract', [...args, '--out', join(folder, 'again.npy')]);
    expect(said.stdout).toMatch(/^weights: model\.safetensors\npooling: a sentence is its first token\n(.*\n)?Wrote /);
  });
});

describe('analyze', () => {
  test('writes run.json and figures; with --cache a second run extracts nothing and finds the same', async () => {
    const { folder, model, data } = await ownInputs({ train: 60, dev: 20 });
    const args = [
      '--model',
      model,
      '--data',
      data,
      '--task',
      'sst-2',
      '--device',
      'wasm',
      '--seeds',
      '1',
      '--protocol',
      'paper',
    ];
    const neurons = ['--clustering', '-1,0.5', '--deltas', '3:1', '--sweep', '--max-features'];
    const out = join(folder, 'result');
    const kept = [...args, '--cache', join(folder, 'cache'), '--out', out];

    const first = await run('analyze', [...kept, ...neurons], { npm: true });
    expect(first.stderr).toContain('Extract every layer: done');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('all (oracle)');
    expect(first.stdout).toContain('\nweights: model.safetensors\npooling: a sentence is its first token\n');
    const before = parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');
    expect(before).toMatchObject({
      protocol: 'paper',
      metric: 'accuracy',
      model: { name: 'tiny-bert', architecture: 'bert', layers: 3, hidden: 32 },
      data: { task: 'sst-2', instances: { train: 54, dev: 6, test: 20 }, labels: ['0', '1'] },
      device: { backend: 'wasm', adapter: null, arithmetic: 'fused' },
    });
    expect(before.layers.individual).toHaveLength(4);
    expect(before.clustering?.map(({ threshold }) => threshold)).toEqual([-1, ...tenths]);
    expect(before.selection?.map(({ deltas, threshold }) => [deltas, threshold])).toEqual([
      [{ layers: 3, neurons: 1 }, -1],
      [{ layers: 3, neurons: 1 }, 0.5],
    ]);
    expect(before.maxFeatures).toMatchObject({ threshold: -1, topLayer: 3 });
    expect(before.mcnemar?.comparisons.map(({ seeds }) => seeds.length)).toEqual([1, 1]);
    expect(before.mcnemar?.maxFeatures?.size).toBe(before.maxFeatures?.minimalSet.size);
    expect(first.stdout).toContain(before.verdict?.sentence);
    expect(before.verdict?.reasons.join(' ')).toContain('From one seed');
    const line = /^3:1 +0\.5 .* (\d+) +[\d.]+ % .*$/m.exec(first.stdout);
    expect(Number(line?.[1])).toBe(before.selection?.[1].minimalSet.size);
    const published = parseAllResults(await readFile(join(out, 'all_results.json'), 'utf8'), 'all_results.json');
    expect(published.selection.map(({ minimalSet }) => minimalSet.neurons)).toEqual(
      before.selection?.map(({ minimalSet }) => minimalSet.neurons),
    );
    const files = await readdir(out);
    for (const ending of ['.svg', '.png', '.csv', '.tex', '.txt']) {
      const figures = files.filter((name) => name.endsWith(ending));
      expect(figures).toContainEqual(expect.stringContaining('-layers-'));
      expect(figures).toContainEqual(expect.stringContaining('-cka-'));
    }

    const listed = (await readFile(join(out, 'winnow.sha256'), 'utf8')).trim().split('\n');
    expect(listed.map((line) => line.split('  ')[1]).sort()).toEqual(files.filter((n) => n !== 'winnow.sha256').sort());
    const caption = files.find((name) => name.endsWith('.txt'))!;
    for (const name of [caption, 'winnow-sst-2-tiny-bert-mine.svg']) await writeFile(join(out, name), 'mine');

    // A measure was taken, or is named as one that would have taken too long.
    const { leftOut = [] } = before.options;
    for (const name of usualMeasures) expect(name in before, name).toBe(!leftOut.some((one) => one === name));

    const again = await run('analyze', [...kept, '--force', '--json', '--no-figures', '--all-measures']);
    expect(again.code).toBe(0);
    const results = ['all_results.json', 'references.bib', 'run.json', 'scores.csv'];
    const mine = [caption, 'winnow-sst-2-tiny-bert-mine.svg'].sort();
    expect((await readdir(out)).sort()).toEqual([...results, ...mine, 'winnow.sha256']);
    for (const name of mine) expect(await readFile(join(out, name), 'utf8')).toBe('mine');
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, out: join(out, 'run.json'), metric: 'accuracy' });
    const after = parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');
    expect(extractedRows(before)).toBe(80);
    expect(extractedRows(after)).toBe(0);
    expect(after.layers).toEqual(before.layers);
    for (const name of usualMeasures) expect(after).toHaveProperty(name);
    expect(after.options.leftOut).toBeUndefined();
    expect(after.selection).toHaveLength(6);
    expect(after.clustering?.map(({ threshold }) => threshold)).toEqual([0.3]);
  });

  test('a threshold that is none is refused by the page as usage, nothing is written', async () => {
    const { folder, model, data } = await ownInputs({ train: 20, dev: 4 });
    const args = ['--model', model, '--data', data, '--task', 'sst-2', '--out', join(folder, 'x')];
    const { code, stderr } = await run('analyze', [...args, '--clustering', '-0.5']);
    expect(stderr).toMatch(/-0\.5 is no clustering threshold\.\nGive thresholds between 0 and 1.*\[bad-option\]/);
    expect(code).toBe(2);
    expect((await readdir(folder)).sort()).toEqual(['reviews', 'tiny-bert']);
  });
});

const tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

function extractedRows(result: ReturnType<typeof parseRun>): number | undefined {
  return result.timings.find(({ stage }) => stage === 'extract')?.rows;
}

/** A tensor by the format's own definition, so that the test does not read with the code it tests. */
async function tensor(file: string, name: string): Promise<{ shape: number[]; values: Float32Array }> {
  const bytes = await (await openAsBlob(file)).arrayBuffer();
  const headerBytes = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, headerBytes))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const entry = header[name];
  if (entry?.dtype !== 'F32') throw new Error(`${file} has no F32 tensor ${name}`);
  const [begin, end] = entry.data_offsets;
  return { shape: entry.shape, values: new Float32Array(bytes.slice(8 + headerBytes + begin, 8 + headerBytes + end)) };
}

function relativeError(ours: Float32Array, theirs: Float32Array): number {
  let difference = 0;
  let size = 0;
  for (const [index, value] of theirs.entries()) {
    difference += ((ours[index] ?? Number.NaN) - value) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(difference / size);
}
