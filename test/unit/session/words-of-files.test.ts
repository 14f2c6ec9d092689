/**
 * Labelled words and activation files from the drop to what probes are given: words without a label are neither trained nor
 * scored, and vectors of subwords become those of words. Every vector says which word, or subword, it is of.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { DroppedFile } from '../../../src/data/cards.ts';
import { noLabel } from '../../../src/data/no-label.ts';
import { defaultOptions } from '../../../src/options/table.ts';
import { recogniseModel } from '../../../src/model/recognise.ts';
import type { DeviceReport, RunOptions } from '../../../src/session/contract.ts';
import { encodeSource } from '../../../src/session/inputs/encode.ts';
import { readAnalysis } from '../../../src/session/inputs/inputs.ts';
import { Devices } from '../../../src/session/stages/device.ts';
import { prepare } from '../../../src/session/stages/prepare.ts';
import { Stages } from '../../../src/session/stages/stages.ts';
import { dropped } from '../../fixtures/files.ts';

const roles = ['train', 'dev', 'test'] as const;
const none = () => undefined;
// A browser that keeps nothing: what is stored stays in memory.
vi.stubGlobal('navigator', {});

/** Sentences of four words, of which the second, or all but one, have no label. */
const sentences = Array.from({ length: 12 }, (_, at) => ({
  tokens: [`[CLS]${at}`, `film${at}`, `is${at}`, `warm${at}`],
  tags: at === 5 ? ['-100', '-100', '-100', 'A'] : ['-100', 'N', at % 2 ? '' : 'V', 'A'],
}));
const labelledPlaces = sentences.flatMap(({ tags }, sentence) =>
  tags.flatMap((tag, word) => (['-100', ''].includes(tag) ? [] : [{ tag, id: sentence * 4 + word }])),
);

/** NeuroX's JSON lines, a token's vector being its number in the file, once a layer. */
function lines(tokens: readonly (readonly string[])[]): string {
  let id = 0;
  const line = (words: readonly string[], index: number): string => {
    const features = words.map((token) => {
      const values = [id++, 1, 0];
      return { token, layers: [0, 1].map((layer) => ({ index: layer, values })) };
    });
    return JSON.stringify({ linex_index: index, features });
  };
  return tokens.map((words, index) => `${line(words, index)}\n`).join('');
}

const report = { backend: 'cpu', threads: 1 } as unknown as DeviceReport;

async function partsOf(files: DroppedFile[], options: Partial<RunOptions> = {}) {
  const request = { files, corrections: { task: 'labelling' as const }, options: { ...defaultOptions, ...options } };
  const inputs = await readAnalysis(request, none);
  const context = { stages: new Stages(none), devices: Devices.at(report, none), runOptions: request.options };
  const { parts } = await prepare(inputs, inputs.plan, context);
  const read = roles.map(async (role) => {
    const { activations, labels, types, texts } = parts[role];
    const ids: number[] = [];
    for (let block = 0; block < activations.blockCount; block++) {
      const { data, rows } = await activations.block(block);
      for (let row = 0; row < rows; row++) ids.push(data[row * 6]);
    }
    return { ids, labels: [...labels], words: [...(types ?? [])].map((type) => parts.vocabulary?.[type]), texts };
  });
  return { inputs, parts: await Promise.all(read) };
}

describe('words without a label', () => {
  const table = sentences.map((row) => `${JSON.stringify(row)}\n`).join('');
  const conllu = sentences
    .map(({ tokens, tags }) => {
      const row = (word: string, at: number) =>
        `${at + 1}\t${word}\t_\t${/[A-Z]/.exec(tags[at]) ? tags[at] : '_'}${'\t_'.repeat(6)}\n`;
      return `${tokens.map(row).join('')}\n`;
    })
    .join('');

  test.each([
    ['−100 and nothing in JSON lines', table, 'jsonl'],
    ['_ in CoNLL-U', conllu, 'conllu'],
  ])('%s: activations, labels and words of the labelled ones alone', async (_, text, ending) => {
    const files = roles.flatMap((role) => [
      dropped(`data/${role}.${ending}`, text),
      dropped(`vectors/${role}.json`, lines(sentences.map(({ tokens }) => tokens))),
    ]);
    const { inputs, parts } = await partsOf(files);
    expect(inputs.task.labels).toEqual(['A', 'N', 'V']);
    for (const part of parts) {
      expect(part.ids).toEqual(labelledPlaces.map(({ id }) => id));
      expect(part.labels).toEqual(labelledPlaces.map(({ tag }) => ['A', 'N', 'V'].indexOf(tag)));
      expect(part.words).toHaveLength(labelledPlaces.length);
      expect(part.words.some((word) => word?.startsWith('[CLS]'))).toBe(false);
    }
  });

  test('of a model: their subwords are encoded, and none of them stands for a word', async () => {
    const tokenizer = (await tokenizerBeside())?.tokenizer;
    if (!tokenizer) throw new Error('no tokenizer');
    const words = ['The', 'film', 'is', 'unflinchingly', 'bleak'];
    const rows = [{ words, labels: [0, noLabel, 1, noLabel, 0] }];
    const limits = { maxLength: 512, pooling: 'first', aggregation: 'last' } as const;
    const encoded = await encodeSource(tokenizer, { kind: 'labelling', rows }, limits);
    const { ids, spans } = tokenizer.encodeWords(words);
    expect([...encoded.rows.ids]).toEqual(ids);
    expect(encoded.labels).toEqual([0, 1, 0]);
    expect(encoded.words).toEqual(['The', 'is', 'bleak']);
    expect([...encoded.rows.pooledTo]).toEqual([0, 2, 4].map((word) => spans[word][1]));
  });
});

const tokenizerFile = dropped(
  'model/tokenizer.json',
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures/tokenizers/word-piece-cased/tokenizer.json'))),
);
const tokenizerBeside = async () => (await recogniseModel([tokenizerFile])).usableTokenizer;

describe('vectors of subwords, the tokenizer beside them', () => {
  const words = ['The', 'film', 'is', 'unflinchingly', 'bleak'];
  const table = `${JSON.stringify({ tokens: words, tags: ['D', 'N', 'V', 'B', 'A'] })}\n`.repeat(12);

  test.each(['last', 'first', 'average'] as const)('%s', async (aggregation) => {
    const tokenizer = (await tokenizerBeside())?.tokenizer;
    const subwords = words.map((word) => tokenizer?.wordTokens(word) ?? []);
    const tokens = ['[CLS]', ...subwords.flat(), '[SEP]'];
    const vectors = lines(Array.from({ length: 12 }, () => tokens));
    const files = roles.flatMap((role) => [
      dropped(`data/${role}.jsonl`, table),
      dropped(`vectors/${role}.json`, vectors),
    ]);
    const { inputs, parts } = await partsOf([...files, tokenizerFile], { aggregation });
    let before = 1;
    const expected = subwords.map(({ length }) => {
      const first = before;
      before += length;
      return { first, last: before - 1, average: (first + before - 1) / 2 }[aggregation];
    });
    expect(subwords[3].length).toBeGreaterThan(1);
    for (const { ids } of parts) expect(ids.slice(0, 5)).toEqual(expected);
    expect(parts[0].ids.slice(5, 10)).toEqual(expected.map((id) => id + tokens.length));
    expect(inputs.hashes.has('model/tokenizer.json')).toBe(true);
  });

  test('without the tokenizer nothing starts', async () => {
    const files = roles.flatMap((role) => [
      dropped(`data/${role}.jsonl`, table),
      dropped(`vectors/${role}.json`, lines(Array.from({ length: 12 }, () => [...words, 'more']))),
    ]);
    await expect(partsOf(files)).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(
        /^Sentence 1 has 6 tokens in `train\.json`.*alike in `vectors\/dev\.json`/,
      ) as string,
    });
  });
});
