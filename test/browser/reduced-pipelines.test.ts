/**
 * The folder of a reduced model in transformers.js' own pipelines, opened without arguments from local files: for types
 * that the library knows and for those that another stands in for, what it says of a text follows from the tokens that
 * Winnow makes of it. The graphs answer with numbers of the tokens that they are given.
 */
import { AutoModelForSequenceClassification, AutoTokenizer, env, pipeline } from '@huggingface/transformers';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { beforeAll, expect, test } from 'vitest';
import { tasks, withLabels, type LabelledTask } from '../../src/data/tasks.ts';
import { GraphBuilder } from '../../src/model/graph/writer.ts';
import { recogniseModel, type ModelSource } from '../../src/model/recognise.ts';
import { reducedFolder } from '../../src/reduced/folder.ts';
import type { ReducedRecord } from '../../src/reduced/record.ts';
import { answerText, openAnswering } from '../../src/session/stages/answering.ts';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { modelFiles } from './model-fixtures.ts';

const folders = new Map<string, Map<string, Blob>>();

beforeAll(() => {
  const address = (url: string) => new URL(url, location.href).href;
  Object.assign(env.backends.onnx.wasm ?? {}, { wasmPaths: { mjs: address(mjs), wasm: address(wasm) }, numThreads: 1 });
  env.allowLocalModels = true;
  env.allowRemoteModels = false;
  env.useBrowserCache = false;
  env.localModelPath = '/models/';
  const fromNetwork = env.fetch;
  env.fetch = (url: string | URL) => {
    const [root, name, ...path] = new URL(url, location.href).pathname.split('/').slice(1);
    if (root !== 'models') return fromNetwork(url);
    const file = folders.get(name)?.get(path.join('/'));
    return Promise.resolve(file ? new Response(file) : new Response('', { status: 404 }));
  };
});

/** Three logits: of a token its id / 100, its type, and 1; of a row their sums over its tokens, / 10. */
function graph(labelling: boolean): Blob {
  const builder = new GraphBuilder();
  const [ids, mask, types] = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => {
    const input = builder.input(name, 'int64', ['rows', 'length']);
    return builder.node('Cast', [input], { to: { int: 1 } });
  });
  const own = [builder.node('Mul', [ids, builder.floats([0.01])]), types, mask].map((values) => {
    const known = builder.node('Mul', [values, mask]);
    return builder.node('Unsqueeze', [known, builder.integers([2])]);
  });
  const output = labelling ? { output: 'logits' } : {};
  const all = builder.node('Concat', own, { axis: { int: 2 } }, output);
  if (!labelling) {
    const sums = builder.node('ReduceSum', [all, builder.integers([1])], { keepdims: { int: 0 } });
    builder.node('Mul', [sums, builder.floats([0.1])], {}, { output: 'logits' });
  }
  builder.output('logits', 'float32', labelling ? ['rows', 'length', 3] : ['rows', 3]);
  return new Blob([builder.encode()]);
}

const labels = ['a', 'b', 'c'];

async function place(name: string, task: LabelledTask): Promise<{ folder: string; tokenizer: Tokenizer }> {
  const { source } = await recogniseModel(await modelFiles(name));
  if (!source?.tokenizer) throw new Error(`${name} is no whole model`);
  const folder = `${name}-${task.name}`;
  const { files } = await reducedFolder({ ...input(source, task), name: folder });
  folders.set(folder, new Map(files.map(({ path, blob }) => [path, blob])));
  return { folder, tokenizer: source.tokenizer };
}

function input(source: ModelSource, task: LabelledTask) {
  const labelling = task.kind === 'labelling';
  return {
    ...{ created: '', source, sha256: '', parameters: null, claim: null, task, pairs: false, maxLength: 64 },
    head: { neurons: Int32Array.of(1), weight: Float32Array.of(1, 2, 3), bias: Float32Array.of(1, 2, 3) },
    ...{ pooling: 'first' as const, aggregation: labelling ? ('last' as const) : null },
    graphs: [{ path: 'onnx/model.onnx', blob: graph(labelling) }],
  };
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map((value) => Math.exp(value - Math.max(...logits)));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

const texts = ['a fine film', 'the jokes were not wonderful, and she was wrong.', 'film'];
const known = ['bert', 'roberta', 'distilbert', 'electra', 'albert', 'xlnet'];
/** Whose tokenizer of transformers.js gives types; those of the others are 0 there. */
const typed = ['bert', 'electra', 'albert'];

test.each(known)('%s: text classification', async (name) => {
  const { folder, tokenizer } = await place(name, withLabels(tasks.classification, labels));
  const classify = await pipeline('text-classification', folder);
  // Together, so that all but the longest are padded.
  const answers = (await classify(texts, { top_k: 3 })) as unknown as { label: string; score: number }[][];
  texts.forEach((text, row) => {
    const { ids, typeIds } = tokenizer.encode(text, null, 64);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const types = typed.includes(name) ? sum(typeIds) : 0;
    const expected = softmax([sum(ids) / 1000, types / 10, ids.length / 10]);
    labels.forEach((label, at) => {
      const score = answers[row].find((answer) => answer.label === label)?.score;
      expect(score).toBeCloseTo(expected[at], 4);
    });
  });
  await classify.dispose();
});

test.each(known)('%s: token classification', async (name) => {
  const { folder, tokenizer } = await place(name, withLabels(tasks.labelling, labels));
  const classify = await pipeline('token-classification', folder);
  for (const text of texts) {
    const answers = (await classify(text, { ignore_labels: [] })) as { entity: string; score: number; index: number }[];
    expect(answers.length).toBeGreaterThan(0);
    const { ids } = tokenizer.encode(text, null, 64);
    for (const { entity, score, index } of answers) {
      const expected = softmax([ids[index] / 100, 0, 1]);
      const best = Math.max(...expected);
      expect(entity).toBe(labels[expected.indexOf(best)]);
      expect(score).toBeCloseTo(best, 4);
    }
  }
  await classify.dispose();
});

test('pairs and scores, as the card says: the logits themselves', async () => {
  const { folder, tokenizer } = await place('bert', withLabels(tasks.classification, labels));
  const tokens = (await AutoTokenizer.from_pretrained(folder))('a fine film', {
    text_pair: 'the jokes',
    return_token_type_ids: true,
  });
  const model = await AutoModelForSequenceClassification.from_pretrained(folder);
  const { logits } = (await model(tokens)) as { logits: { tolist(): number[][] } };
  const { ids, typeIds } = tokenizer.encode('a fine film', 'the jokes', 64);
  const sums = [ids, typeIds].map((values) => values.reduce((total, value) => total + value, 0));
  const [row] = logits.tolist();
  [sums[0] / 1000, sums[1] / 10, ids.length / 10].forEach((value, at) => {
    expect(row[at]).toBeCloseTo(value, 4);
  });
  await model.dispose();
});

test('the demo’s stored smaller model: what the pipeline says is what the page says, row by row', async () => {
  const root = '/demo/reviews';
  const record = (await (await fetch(`${root}/reviews-smaller/winnow.json`)).json()) as ReducedRecord;
  const paths = ['winnow.json', ...record.files.map(({ path }) => path)];
  const files = await Promise.all(
    paths.map(async (path) => [path, await (await fetch(`${root}/reviews-smaller/${path}`)).blob()] as const),
  );
  folders.set('reviews-smaller', new Map(files));
  const table = await (await fetch(`${root}/dev.tsv`)).text();
  const rows = table
    .split('\n')
    .slice(1, 61)
    .map((line) => line.split('\t')[0]);
  await openAnswering({
    reduced: files.map(([path, blob]) => ({
      path: `reviews-smaller/${path}`,
      file: new File([blob], path.split('/').at(-1)!),
    })),
    whole: null,
  });
  const classify = await pipeline('text-classification', 'reviews-smaller');
  const answers = (await classify(rows)) as unknown as { label: string; score: number }[];
  expect(new Set(answers.map(({ label }) => label))).toEqual(new Set(['negative', 'positive']));
  for (const [row, text] of rows.entries()) {
    const [{ answer, share }] = (await answerText({ text, pair: null })).reduced.answers;
    expect(answers[row].label).toBe(answer);
    expect(answers[row].score).toBeCloseTo(share!, 4);
  }
  await classify.dispose();
});
