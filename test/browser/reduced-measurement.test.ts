/**
 * A smaller model measured by its very files: scores and differences against plain sums over the whole encoder's
 * activations, on both devices; its folder dropped again; and the models that answer what is typed.
 */
import { describe, expect, test } from 'vitest';
import { inMemory } from '../../src/activations/matrix.ts';
import { extractFew } from '../../src/activations/extract.ts';
import { floatsToBase64 } from '../../src/base/base64.ts';
import { tasks, withLabels, type LabelledTask } from '../../src/data/tasks.ts';
import { recogniseModel, type ModelSource } from '../../src/model/recognise.ts';
import { reducedFolder, type ReducedFolder } from '../../src/reduced/folder.ts';
import type { LinearHead, ReducedDtype } from '../../src/reduced/head.ts';
import { writeOnnx } from '../../src/reduced/onnx.ts';
import type { ReducedMeasurement } from '../../src/run/reduced.ts';
import { defaultOptions, type DroppedFile, type RunEvent } from '../../src/session/contract.ts';
import { graphsOf } from '../../src/session/inputs/reduced.ts';
import { answerText, openAnswering } from '../../src/session/stages/answering.ts';
import { Devices } from '../../src/session/stages/device.ts';
import { measureDropped } from '../../src/session/stages/measure-dropped.ts';
import { measureReduced } from '../../src/session/stages/reduced-measurement.ts';
import { Stages } from '../../src/session/stages/stages.ts';
import { encodeRows, encodeSentences, type EncodedRows } from '../../src/tokenizer/rows.ts';
import { errorOf } from '../fixtures/errors.ts';
import { modelFiles, useEncoders } from './model-fixtures.ts';

const open = useEncoders();
const texts = [
  'a fine day',
  'it rains again and again',
  'dull',
  'what a surprise , he said',
  'nobody came to the party',
  'good',
  'bad bad bad film',
  'the street is wet',
];
const sst2 = withLabels(tasks['sst-2'], []);
const words = withLabels(tasks.labelling, ['a', 'b', 'c']);
const score = withLabels(tasks.regression, []);
const cases: [string, LabelledTask][] = [
  ['sentences', sst2],
  ['words', words],
  ['scores', score],
];

async function sourceOf(name: string): Promise<ModelSource> {
  const { source } = await recogniseModel(await modelFiles(name));
  if (!source?.tokenizer) throw new Error(`${name} is no whole model`);
  return source;
}

function headOn(neurons: Int32Array, outputs: number, seed: number): LinearHead {
  const weight = Float32Array.from({ length: outputs * neurons.length }, (_, at) => Math.sin(seed * at + 1));
  return { neurons, weight, bias: Float32Array.from({ length: outputs }, (_, at) => (at - 0.5) / 10) };
}

async function rowsOf({ tokenizer }: ModelSource, task: LabelledTask): Promise<EncodedRows> {
  const rows = texts.map((text) => ({ text, pair: null }));
  if (task.kind !== 'labelling') return encodeRows(tokenizer!, rows, { maxLength: 32, pooling: 'first' });
  const sentences = texts.map((text) => ({ words: text.split(' ') }));
  return (await encodeSentences(tokenizer!, sentences, 'average', { maxLength: 32 })).rows;
}

/** Float64 sums over the encoder's activations, [rows, outputs]. */
function sums({ neurons, weight, bias }: LinearHead, values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from(bias, (start, output) =>
      neurons.reduce(
        (sum, neuron, at) => sum + weight[output * neurons.length + at] * values[row * width + neuron],
        start,
      ),
    ),
  );
}

interface Made {
  source: ModelSource;
  task: LabelledTask;
  head: LinearHead;
  oracle: LinearHead;
  folder: ReducedFolder;
  files: Map<string, File>;
}

async function make(task: LabelledTask, dtypes: readonly ReducedDtype[] = ['float32', 'int8']): Promise<Made> {
  const source = await sourceOf('bert');
  const { layers, hidden } = source.config;
  const outputs = task.labels?.length ?? 1;
  const head = headOn(Int32Array.of(hidden + 3, 2, hidden + 9), outputs, 1.3);
  const all = Int32Array.from({ length: (layers + 1) * hidden }, (_, neuron) => neuron);
  const oracle = headOn(all, outputs, 0.7);
  const token = task.kind === 'labelling' ? 'all' : 'first';
  const written = dtypes.map((dtype) => writeOnnx({ model: source, head, token }, dtype));
  const graphs = (await Promise.all(written)).flat();
  const folder = await reducedFolder({
    ...{ name: 'small', created: '', source, sha256: '', parameters: null, head, task, pairs: false, maxLength: 32 },
    ...{ pooling: 'first', aggregation: task.kind === 'labelling' ? 'average' : null, graphs, claim: null },
  });
  const files = new Map(
    [...folder.files, ...folder.describe(null)].map(({ path, blob }) => [
      path,
      new File([blob], path.split('/').at(-1)!),
    ]),
  );
  return { source, task, head, oracle, folder, files };
}

async function measure(made: Made, backend: 'wasm' | 'webgpu') {
  const { source, task, head, oracle, folder, files } = made;
  const { layers, hidden } = source.config;
  const rows = await rowsOf(source, task);
  const encoder = await open(source, 'wasm', { perRow: task.kind === 'labelling' ? 'many' : 'one' });
  const values = await extractFew(rows, encoder);
  await encoder.dispose();
  const width = (layers + 1) * hidden;
  const classes = task.labels?.length ?? 1;
  const gold = Array.from({ length: rows.outputs }, (_, row) => (row * 2) % Math.max(3, classes));
  const golds = classes === 2 ? gold.map((label) => label % 2) : gold;
  const events: RunEvent[] = [];
  const stages = new Stages((event) => events.push(event));
  const devices = await Devices.choose({ ...defaultOptions, device: backend, threads: 2 }, stages.warn);
  const measured = await measureReduced(
    { stages, devices },
    { graphs: graphsOf(folder.record, files), task, tokenizer: source.tokenizer!, maxLength: 32 },
    { split: 'test', rows, gold: golds },
    {
      ...{ model: source, pooling: 'first', head, oracle, oracleScores: null, headRows: rows },
      activations: inMemory(values, { rows: rows.outputs, layers: layers + 1, hidden }),
    },
  );
  devices.close();
  return { measured, golds, reduced: sums(head, values, width), full: sums(oracle, values, width), events };
}

const largest = (logits: readonly number[]) => logits.indexOf(Math.max(...logits));
const share = (answers: readonly number[], gold: readonly number[]) =>
  answers.filter((answer, row) => answer === gold[row]).length / gold.length;

// The software adapter takes half a minute a case: words there, whose tokens are picked outside the graph.
describe.each([
  ['wasm', cases],
  ['webgpu', cases.filter(([name]) => name === 'words')],
] as const)('on %s', (backend, own) => {
  test.each(own)('%s: scores, differences and distance are those of plain sums', async (_, task) => {
    // The software adapter takes seconds to compile what one more number format needs.
    const made = await make(task, backend === 'webgpu' ? ['float32'] : undefined);
    const { measured, golds, reduced, full, events } = await measure(made, backend);
    const [exact, small] = measured.files;
    expect(measured).toMatchObject({ split: 'test', rows: golds.length, device: { backend } });
    expect(exact.farthest).toBeLessThan(1e-4);
    expect(exact.disagreeing).toBe(0);
    if (backend === 'wasm') {
      expect(small.farthest).toBeGreaterThan(exact.farthest!);
      expect(small.bytes).toBeLessThan(exact.bytes);
    }
    for (const { msPerRow, fullMsPerRow } of measured.files) {
      for (const time of [msPerRow, fullMsPerRow!]) {
        expect(time.lower).toBeGreaterThan(0);
        expect(time.lower).toBeLessThanOrEqual(time.median);
        expect(time.median).toBeLessThanOrEqual(time.upper);
      }
    }
    if (task.labels === null) {
      const far = reduced.map(([value], row) => Math.abs(value - full[row][0]));
      expect(measured.differences!.rows).toBe(far.filter((gap) => gap > 1e-4).length);
      expect(measured.differences!.first[0].row).toBe(largest(far));
    } else {
      const [own, whole] = [reduced.map(largest), full.map(largest)];
      expect(exact.scores.accuracy).toBeCloseTo(share(own, golds), 12);
      expect(measured.full.scores!.accuracy).toBeCloseTo(share(whole, golds), 12);
      const different = own.flatMap((label, row) => (label === whole[row] ? [] : [row]));
      expect(different.length).toBeGreaterThan(0);
      expect(measured.differences!.rows).toBe(different.length);
      expect(measured.differences!.first.map(({ row }) => row)).toEqual(different.slice(0, 50));
      const [row] = different;
      expect(measured.differences!.first[0]).toEqual({
        ...{ row, label: task.labels[golds[row]] },
        ...{ reduced: task.labels[own[row]], full: task.labels[whole[row]] },
      });
    }
    const progress = events.filter((event) => event.kind === 'progress');
    const last = progress.at(-1);
    expect(last && last.done <= last.total).toBe(true);
  });
});

function dropped({ files }: Made): DroppedFile[] {
  return Array.from(files, ([path, file]) => ({ path: `small/${path}`, file }));
}

function dataFile(name: string, lines: readonly string[]): DroppedFile {
  return { path: name, file: new File([lines.map((line) => `${line}\n`).join('')], name) };
}

describe('dropped again', () => {
  const options = { ...defaultOptions, device: 'wasm' as const, threads: 1 };
  const rows = texts.map((text, row) => `${text}\t${row % 2}`);

  async function again(files: DroppedFile[]): Promise<ReducedMeasurement> {
    return (await measureDropped({ files, corrections: {}, options }, () => undefined)).measurement;
  }

  test('it is measured on the data beside it, by itself', async () => {
    const made = await make(sst2);
    const { reduced } = await measure(made, 'wasm');
    const found = await again([...dropped(made), dataFile('dev.tsv', ['sentence\tlabel', ...rows])]);
    const gold = texts.map((_, row) => row % 2);
    expect(found.files[0].scores.accuracy).toBeCloseTo(share(reduced.map(largest), gold), 12);
    expect(found.files[0]).toMatchObject({ fullMsPerRow: null, disagreeing: null, farthest: null });
    expect(found).toMatchObject({ full: { scores: null }, differences: null, rows: texts.length, split: 'test' });
    expect(found.fineTuned).toHaveProperty('why');
  });

  test('without data, with other labels, or not whole, it says so', async () => {
    const made = await make(sst2);
    expect(await errorOf(again(dropped(made)))).toMatchObject({ code: 'missing-file' });
    const other = dataFile('test.tsv', ['sentence\tlabel', 'a fine day\tyes', 'dull\tno', 'good\tyes']);
    expect(await errorOf(again([...dropped(made), other]))).toMatchObject({
      message: expect.stringMatching(/SST-2|yes/) as string,
    });
    const lacking = dropped(made).filter(({ path }) => !path.endsWith('model.onnx'));
    expect(await errorOf(again([...lacking, dataFile('dev.tsv', ['sentence\tlabel', ...rows])]))).toMatchObject({
      message: expect.stringContaining('onnx/model.onnx') as string,
    });
  });
});

describe('asked', () => {
  test('it answers beside the whole model, as both answer in a batch', async () => {
    const made = await make(sst2);
    const { reduced, full } = await measure(made, 'wasm');
    const { oracle, source } = made;
    const { layers, hidden } = source.config;
    const probe = { seed: 0, train: {}, dev: {}, test: {} };
    const oracleProbe = { ...probe, weight: floatsToBase64(oracle.weight), bias: floatsToBase64(oracle.bias) };
    const model = { name: '', architecture: 'bert', layers, hidden, parameters: null, sha256: '' };
    const instances = { train: 1, dev: 1, test: 1 };
    const data = { task: 'sst-2' as const, files: [], instances, labels: ['0', '1'], majority: null };
    const files = await modelFiles('bert');
    const record = await openAnswering({
      reduced: dropped(made),
      whole: { files, corrections: {}, run: { oracleProbe, model, data } },
    });
    expect(record.name).toBe('small');
    const shown = ['negative', 'positive'];
    for (const [row, text] of texts.entries()) {
      const answer = await answerText({ text, pair: null });
      expect(answer.words).toBeNull();
      for (const [own, logits] of [
        [answer.reduced, reduced[row]],
        [answer.full!, full[row]],
      ] as const) {
        expect(own.answers[0].answer).toBe(shown[largest(logits)]);
        const difference = Math.abs(logits[0] - logits[1]);
        expect(own.answers[0].share).toBeCloseTo(1 / (1 + Math.exp(-difference)), 4);
        expect(own.ms).toBeGreaterThan(0);
      }
    }
  });

  test('words are cut and answered one by one', async () => {
    await openAnswering({ reduced: dropped(await make(words)), whole: null });
    const { words: found, reduced, full } = await answerText({ text: 'Nobody came, he said.', pair: null });
    expect(found).toEqual(['Nobody', 'came', ',', 'he', 'said', '.']);
    expect(reduced.answers).toHaveLength(6);
    expect(full).toBeNull();
  });

  test('a folder that is not one is refused, and nothing is left open', async () => {
    expect(await errorOf(openAnswering({ reduced: [], whole: null }))).toMatchObject({ code: 'missing-file' });
    expect(await errorOf(answerText({ text: 'good', pair: null }))).toMatchObject({ code: 'missing-file' });
  });
});
