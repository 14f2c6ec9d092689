/** `npm run reduce` and `analyze --reduce`: the folder of a smaller model, what is refused, and what stays a user's. */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { parseReduced } from '../../src/reduced/record.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { dataFolder, modelFolder, run, start } from './cli-process.ts';

const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const model = await modelFolder(folder);
const data = await dataFolder(folder, { train: 200, dev: 60 });
const at = (...names: string[]): string => join(folder, ...names);
const result = at('result', 'run.json');

let analysed: ReturnType<typeof run> | null = null;

/** An analysis with its smaller model, made once. */
function analysis(): ReturnType<typeof run> {
  const args = [
    '--model',
    model,
    '--data',
    data,
    '--task',
    'sst-2',
    '--protocol',
    'paper',
    '--pooling',
    'mean',
    '--device',
    'wasm',
  ];
  const places = ['--out', at('result'), '--no-figures', '--reduce', at('both'), '--dtype', 'float32,float16,int8'];
  return (analysed ??= run('analyze', [...args, ...places, '--json']));
}

function reduce(args: string[], from = result): ReturnType<typeof run> {
  return run('reduce', ['--run', from, '--model', model, ...args]);
}

const graphs = ['onnx/model.onnx', 'onnx/model_fp16.onnx', 'onnx/model_quantized.onnx'];
const around = ['README.md', 'config.json', 'tokenizer.json', 'tokenizer_config.json', 'winnow.json'];

async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(place.length + 1)).sort();
}

async function recordOf(place: string) {
  return parseReduced(await readFile(join(place, 'winnow.json'), 'utf8'), 'winnow.json');
}

test('analyze --reduce writes a whole folder, of the answer that the verdict is about', async () => {
  const { code, stdout, stderr } = await analysis();
  expect(code, stderr).toBe(0);
  const line = JSON.parse(stdout) as { out: string; reduced: { out: string; graphs: unknown[] } };
  expect(line).toMatchObject({ ok: true, out: result, reduced: { out: at('both') } });
  expect(line.reduced.graphs).toHaveLength(3);
  const files = await filesIn(at('both'));
  const standard = files.includes('model.safetensors') ? ['model.safetensors'] : [];
  expect(files).toEqual([...around, ...graphs, ...standard, 'winnow-model.sha256'].sort());
  const record = await recordOf(at('both'));
  const found = parseRun(await readFile(result, 'utf8'), 'run.json');
  expect([found.model.pooling, record.pooling]).toEqual(['mean', 'mean']);
  const { answer } = record.claim ?? {};
  const entry = found.selection?.find(
    ({ deltas, threshold }) => `${deltas.layers}:${deltas.neurons}:${threshold}` === answer,
  );
  expect(record.model.sha256).toBe(found.model.sha256);
  expect(record.neurons).toEqual(entry?.minimalSet.neurons.map(({ layer, index }) => layer * 32 + index));
  expect(record.claim?.scores.test).toEqual(entry?.minimalSet.probe?.test);
  for (const { path, bytes } of record.files) expect((await stat(at('both', path))).size, path).toBe(bytes);
});

test('the very files are measured: what is claimed, row by row; card, winnow.json and run.json say so', async () => {
  const { stdout } = await analysis();
  const { claim, measurement } = await recordOf(at('both'));
  const found = parseRun(await readFile(result, 'utf8'), 'run.json');
  expect(found.reduced).toMatchObject([{ name: 'both', answer: claim?.answer, measurement }]);
  expect(measurement?.rows).toBe(found.data.instances.test);
  const [exact] = measurement?.files ?? [];
  expect(exact.disagreeing).toBe(0);
  expect(exact.farthest).toBeLessThan(1e-4);
  expect(exact.scores.accuracy).toBeCloseTo(claim?.scores.test?.accuracy ?? NaN, 12);
  expect(measurement?.full.scores?.accuracy).toBeCloseTo(found.oracleProbe?.test.accuracy ?? NaN, 12);
  expect(await readFile(at('both', 'README.md'), 'utf8')).toContain('## Measured');
  expect(stdout).toContain('"measurement"');
  // The list of the result's files is that of the grown run.
  const listed = await readFile(at('result', 'winnow.sha256'), 'utf8');
  const hash = createHash('sha256')
    .update(await readFile(result))
    .digest('hex');
  expect(listed).toContain(`${hash}  run.json`);
});

test('reduce writes the same graphs from the run file alone; --force replaces no file but its own', async () => {
  await analysis();
  const out = at('again');
  const args = ['--out', out, '--dtype', 'float32,float16,int8', '--json'];
  const first = await reduce(args);
  expect(first.code, first.stderr).toBe(0);
  const { claim, measurement } = await recordOf(out);
  expect(measurement).toBeNull();
  expect(JSON.parse(first.stdout)).toMatchObject({ ok: true, out, claim });
  for (const path of graphs)
    expect((await readFile(join(out, path))).equals(await readFile(at('both', path))), path).toBe(true);

  const refused = await reduce(args);
  expect(refused.stderr).toMatch(/is there already\.\nAdd --force/);
  expect(refused.code).toBe(2);
  await writeFile(join(out, 'notes.txt'), 'mine');
  const named = ['--answer', claim?.answer ?? '', '--out', out, '--force'];
  const { code, stderr } = await reduce(named);
  expect(code, stderr).toBe(0);
  const standard = (await filesIn(at('both'))).filter((name) => name === 'model.safetensors');
  const left = [...around, graphs[0], ...standard, 'notes.txt', 'winnow-model.sha256'];
  expect(await filesIn(out)).toEqual(left.sort());

  await writeFile(join(out, 'README.md'), 'mine');
  const changed = await reduce(named);
  expect(changed.stderr).toContain(`"${join(out, 'README.md')}" is there already.`);
  expect(changed.code).toBe(2);
  expect(await readFile(join(out, 'README.md'), 'utf8')).toBe('mine');
});

test('layers of a user’s own choice get a probe by the run’s protocol: the scores that the run has of them', async () => {
  await analysis();
  const { code, stderr, stdout } = await reduce(['--layers', '2', '--data', data, '--out', at('layers')]);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('Train the probe: done');
  expect(stdout).toContain('layers: 96 neurons, 2 of 3 layers left.');
  const { layers, seed, ...scores } = await known();
  const { claim, neurons, layers: kept } = await recordOf(at('layers'));
  expect([kept, neurons.length]).toEqual([2, 96]);
  expect(claim).toMatchObject({ answer: null, anew: true, seed });
  // One seed: its own scores are the run's means.
  for (const split of ['train', 'dev', 'test'] as const) {
    expect(claim?.scores[split]?.accuracy, split).toBeCloseTo(scores[split].accuracy?.mean ?? NaN, 6);
  }
  expect(layers).toBe(3);

  async function known() {
    const { layers, options, model } = parseRun(await readFile(result, 'utf8'), 'run.json');
    return { ...layers.concatenated[2], seed: options.seeds[0], layers: model.layers };
  }
});

test('what cannot be: a sentence with its next step, and nothing is written', async () => {
  await analysis();
  const text = await readFile(result, 'utf8');
  const edited = async (name: string, edit: (run: RunFile) => unknown): Promise<string> => {
    await writeFile(at(name), JSON.stringify(edit(JSON.parse(text) as RunFile)));
    return at(name);
  };
  const bare = await edited('bare.json', (own) => ({
    ...own,
    selection: own.selection?.map(({ minimalSet, ...entry }) => ({
      ...entry,
      minimalSet: { ...minimalSet, probe: undefined },
    })),
  }));
  const foreign = await edited('foreign.json', (own) => ({
    ...own,
    model: { ...own.model, architecture: 'activations' },
  }));
  const published = await edited('other.json', () => ({ baseline: {} }));
  await writeFile(at('neurons.txt'), '4:1');
  await mkdir(at('untold'));
  for (const name of ['config.json', 'model.safetensors']) await cp(join(model, name), at('untold', name));
  await cp(join(root, 'test/fixtures/models/electra'), at('electra'), { recursive: true });
  await cp(data, at('changed'), { recursive: true });
  await writeFile(at('changed', 'dev.tsv'), (await readFile(join(data, 'dev.tsv'), 'utf8')).replace('dull', 'dim'));
  const before = (await readdir(folder)).sort();
  const cases: [string[], string, number, string][] = [
    [['--answer', '9:9:0.9'], result, 2, 'The run has no answer 9:9:0.9; it has 3:1:-1, 3:1:0.3'],
    [['--layers', '4'], result, 2, 'Layers 0 to 4 were chosen, and the model has layers 0 to 3.'],
    [['--neurons', at('neurons.txt')], result, 2, 'Neuron 129 is kept, and the model has neurons 0 to 127.'],
    [['--neurons', at('none.txt')], result, 3, 'none.txt" cannot be read'],
    [[], at('none.json'), 3, 'none.json" cannot be read'],
    [[], published, 3, '`other.json` is not a Winnow run file.'],
    [[], foreign, 2, 'The run was made over activation files'],
    [[], bare, 3, 'The run does not hold the probe of answer'],
    [['--layers', '1'], result, 3, 'The run holds no probe on neurons of your own choice, and there are no data'],
    [['--layers', '1', '--data', at('changed')], result, 3, 'The run was made with another dev file, `dev.tsv`'],
    [['--model', at('untold')], result, 3, 'tokenizer.json'],
    [['--model', at('electra')], result, 3, '`electra` has weights with SHA-256'],
  ];
  for (const [args, from, exit, sentence] of cases) {
    const { code, stderr } = await reduce([...args, '--out', at('refused')], from);
    expect(stderr, args.join(' ')).toContain(sentence);
    expect(stderr.trim().split('\n').at(-1), args.join(' ')).toMatch(/^[A-Z].+\. \[[a-z-]+\]$/);
    expect(code, args.join(' ')).toBe(exit);
  }
  const { code, stderr } = await reduce(['--out', model]);
  expect(stderr).toContain('is there already.');
  expect(code).toBe(2);
  const forced = await reduce(['--out', model, '--force']);
  expect(forced.stderr).toContain('is there already.');
  expect((await readdir(folder)).sort()).toEqual(before);
  expect((await readdir(model)).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
});

test('SIGTERM leaves nothing', async () => {
  await analysis();
  await mkdir(at('temporary'));
  const args = ['--run', result, '--model', model, '--layers', '2', '--data', data, '--out', at('new', 'stopped')];
  const command = start('reduce', args, { env: { TMPDIR: at('temporary') } });
  await command.said('Read the files');
  command.send('SIGTERM');
  const { code, stderr } = await command.ended;
  expect(code).toBe(143);
  expect(stderr).toMatch(/Stopped\.\nNothing was written; start the command again\. \[cancelled\]\n$/);
  expect(await readdir(folder)).not.toContain('new');
  expect(await readdir(at('temporary'))).toEqual([]);
});
