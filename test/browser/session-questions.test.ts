/** A run and the questions asked after it, through the session's own worker, on the tiny BERT. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFile } from '../../src/run/run-file.ts';
import type { Question } from '../../src/data/question.ts';
import { createSession } from '../../src/session/worker/client.ts';
import { defaultOptions, type RunEvent, type RunRequest } from '../../src/session/contract.ts';
import { modelFiles } from './model-fixtures.ts';

const session = createSession();
const asked: Question = { deltas: { layers: 3, neurons: 1 }, threshold: 0.5 };
const other: Question = { deltas: { layers: 1, neurons: 20 }, threshold: 0.7 };
/** So much may be lost that always giving the same answer is enough. */
const loose: Question = { deltas: { layers: 100, neurons: 1 }, threshold: 0.5 };

describe('a run that is done', () => {
  const events: RunEvent[] = [];
  let run: RunFile;

  beforeAll(async () => {
    run = await session.run(await request(), (event) => events.push(event));
  }, 120_000);
  afterAll(() => session.release());

  test('every stage was announced, timed and is in the run file', async () => {
    const stages = [
      ...['read', 'tokenize', 'extract', 'probes', 'products', 'predictions', 'usable-information', 'similarity'],
      ...['geometry', 'mutual-neighbours', 'intrinsic-dimension', 'clusters', 'selection', 'neuron-rows'],
      ...['selectivity', 'code-length', 'ablation', 'probeless', 'mcnemar', 'procrustes', 'timing'],
    ];
    const done = () =>
      events.flatMap((event) => (event.kind === 'stage' && event.state === 'done' ? [event.stage] : []));
    // Events and answers travel by ports of their own: one may overtake the other.
    await expect.poll(done).toEqual(stages);
    expect(run.timings.map(({ stage }) => stage)).toEqual(stages);
    const tables = events.flatMap((event) => (event.kind === 'stages' ? [event.stages] : []));
    expect(tables.map((table) => table.map(({ name }) => name))).toEqual([stages, stages]);
  });

  test('times of every depth, and of classifiers as large as the answers, are in the run file', () => {
    const { encoder, classifiers, device, train } = run.timing!;
    expect(encoder!.series.map(({ depths }) => depths.length)).toEqual(encoder!.series.map(() => 4));
    expect(device).toEqual(run.device);
    expect(train).toEqual({ inputs: run.data.instances.train, rows: run.data.instances.train });
    const timed = new Set(classifiers.map(({ features }) => features));
    for (const { topLayer, minimalSet } of run.selection!) {
      for (const size of [(topLayer + 1) * 32, minimalSet.size]) expect(timed).toContain(size);
    }
  });

  test('the dendrogram of the neurons that vary came along, and agrees with the clusters of the run file', () => {
    const live = events.flatMap((event) => (event.kind === 'clusters' ? [event.live] : []))[0];
    const constant = run.clustering![0].constantNeurons;
    expect(live).toMatchObject({ layers: 4, hidden: 32 });
    expect(live.neurons).toHaveLength(4 * 32 - constant);
    expect(live.linkage).toHaveLength((live.neurons.length - 1) * 4);
    const merges = Array.from({ length: live.neurons.length - 1 }, (_, i) => live.linkage[i * 4 + 2]);
    const clusters = live.neurons.length - merges.filter((height) => height <= asked.threshold).length;
    expect(run.clustering!.map((entry) => [entry.threshold, entry.clusters])).toEqual([[asked.threshold, clusters]]);
  });

  test('answers came one by one', () => {
    const answers = events.flatMap((event) =>
      event.kind === 'found' && event.field === 'selection' ? [event.value] : [],
    );
    expect(answers.map((entries) => entries.length)).toEqual([1, 2]);
    expect(answers[1]).toEqual(run.selection);
  });

  test('the refined questions are answered for every layer, size and selection', () => {
    expect(run.selectivity!.layers).toHaveLength(4);
    expect(run.procrustes!.map((row) => row.length)).toEqual([4, 4, 4, 4]);
    expect(run.ablation!.sizes.length).toBeGreaterThan(3);
    expect(run.mcnemar!.comparisons.map(({ size }) => size)).toEqual(
      run.selection!.map(({ minimalSet }) => minimalSet.size),
    );
  });

  test('another question is answered by retraining, and what was answered is not computed again', async () => {
    const heard: RunEvent[] = [];
    const [answer, again, old] = await Promise.all([
      session.select(other, (event) => heard.push(event)),
      session.select(other, () => expect.fail('nothing is left to compute')),
      session.select(asked, () => expect.fail('nothing is left to compute')),
    ]);
    expect(answer.entry).toMatchObject({ ...other, minimalSet: { size: expect.any(Number) as number } });
    expect(answer.comparison).toMatchObject({ ...other, size: answer.entry.minimalSet.size });
    expect(answer.comparison!.seeds).toHaveLength(run.options.seeds.length);
    expect(answer.entry.representatives!.length).toBeLessThan(run.selection![1].representatives!.length);
    await expect.poll(() => heard.some(({ kind }) => kind === 'progress')).toBe(true);
    expect(again).toEqual(answer);
    expect(old).toEqual({ entry: run.selection![1], comparison: run.mcnemar!.comparisons[1] });
  });

  test('probes that an earlier question trained serve a later one', async () => {
    const [, before] = run.selection!;
    const { entry: answer } = await session.select({ ...asked, deltas: { layers: 3, neurons: 30 } }, () => undefined);
    expect(answer.sizes).toEqual(expect.arrayContaining(before.sizes));
    expect(answer.minimalSet.size).toBeLessThanOrEqual(before.minimalSet.size);
  });

  test('a question out of range is refused and the next is answered all the same', async () => {
    const wrong = session.select({ ...asked, threshold: 1.5 }, () => undefined);
    await expect(wrong).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining('1.5') as string,
    });
    await expect(session.select(other, () => undefined)).resolves.toMatchObject({ entry: other });
  });

  test('layers in which no neuron varies are an answer of no neurons', async () => {
    const { entry: answer } = await session.select(loose, () => undefined);
    expect(answer).toMatchObject({ topLayer: 0, representatives: [], minimalSet: { size: 0, neurons: [] } });
    expect(answer.base).toMatchObject({ dev: run.layers.individual[0].dev });
  });

  test('rows that move a neuron come with their texts, while a question waits, as the run file has them', async () => {
    const { split, neurons } = run.neuronRows!;
    const kept = run.selection!.flatMap(({ minimalSet }) =>
      minimalSet.neurons.map((one) => one.layer * 32 + one.index),
    );
    expect(neurons.map(({ neuron }) => neuron)).toEqual(expect.arrayContaining(kept));
    const { neuron, highest, lowest, mean } = neurons.find(({ deviation }) => deviation > 0)!;
    const [details, train] = await Promise.all([
      session.neuron({ neuron, split }),
      session.neuron({ neuron, split: 'train' }),
    ]);
    expect(details).toMatchObject({ neuron, mean });
    expect(details.highest.slice(0, 5)).toEqual(highest);
    expect(details.lowest.slice(0, 5)).toEqual(lowest);
    expect(details.weights).toHaveLength(2);
    for (const { row, text, label } of details.highest) expect([text, label]).toEqual([sentence(row), row % 2]);
    expect(train.highest).toHaveLength(10);
    await expect(session.neuron({ neuron: 128, split })).rejects.toMatchObject({ code: 'bad-option' });
  });

  test('the hardest rows come with their texts', async () => {
    const { split, hardest, layers } = run.usableInformation!;
    expect(layers).toHaveLength(4);
    const rows = hardest.map(({ row }) => row);
    const texts = await session.rowTexts({ split, rows });
    expect(texts.map(({ text }) => text)).toEqual(rows.map(sentence));
    const beyond = session.rowTexts({ split, rows: [run.data.instances.test] });
    await expect(beyond).rejects.toMatchObject({ code: 'bad-option' });
  });

  test('after release nothing is held', async () => {
    session.release();
    await expect(session.rowTexts({ split: 'test', rows: [0] })).rejects.toMatchObject({ code: 'missing-file' });
    await expect(session.neuron({ neuron: 0, split: 'dev' })).rejects.toMatchObject({ code: 'missing-file' });
    await expect(session.select(asked, () => undefined)).rejects.toMatchObject({ code: 'missing-file' });
  });
});

test('a train part of one class is refused before anything is extracted', async () => {
  const seen: string[] = [];
  const running = session.run(await request(() => 1), (event) => event.kind === 'stage' && seen.push(event.stage));
  await expect(running).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringContaining('have the label `1`') as string,
  });
  expect(seen).not.toContain('extract');
});

async function request(label = (row: number) => row % 2): Promise<RunRequest> {
  const table = (rows: number, labelOf: (row: number) => number): string =>
    ['sentence\tlabel', ...Array.from({ length: rows }, (_, row) => `${sentence(row)}\t${labelOf(row)}`), ''].join(
      '\n',
    );
  const data = [
    { path: 'reviews/train.tsv', file: new File([table(60, label)], 'train.tsv') },
    { path: 'reviews/dev.tsv', file: new File([table(20, (row) => row % 2)], 'dev.tsv') },
  ];
  const own = {
    texts: true,
    timing: true,
    seeds: 1,
    device: 'wasm',
    thresholds: [-1, asked.threshold],
    deltas: [asked.deltas],
  } as const;
  const options = { ...defaultOptions, ...own, thresholds: [...own.thresholds], deltas: [...own.deltas] };
  return { files: [...(await modelFiles('bert')), ...data], corrections: { task: 'sst-2' }, options };
}

function sentence(row: number): string {
  const verdict = row % 2 === 0 ? 'is dull and cold' : 'is warm and sharp';
  return `the film ${verdict} ${'again '.repeat(row % 7)}.`;
}
