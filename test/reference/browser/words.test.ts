/** minilm-base-fp16 on 40 sentences of UD EWT, one vector a word, through the real extraction, against PyTorch. */
import { expect, test } from 'vitest';
import { recogniseModel } from '../../../src/model/recognise.ts';
import type { EncodedRows } from '../../../src/tokenizer/rows.ts';
import { readTensors, relativeError } from '../../browser/probe-golden.ts';
import { extract, load, ofLayer } from './extraction.ts';

import configUrl from '../../../../shared/models/minilm-base-fp16/config.json?url';
import weightsUrl from '../../../../shared/models/minilm-base-fp16/model.safetensors?url';
import tokenizerUrl from '../../../../shared/models/minilm-base-fp16/tokenizer.json?url';
import wordsUrl from '../../../../shared/golden/words/words.json?url';
import hiddenUrl from '../../../../shared/golden/words/hidden.safetensors?url';

interface Sentence {
  ids: number[];
  spans: [number, number][];
}

type Aggregate = 'first' | 'last' | 'average';

/** The golden's own ids and spans. */
function encode(sentences: readonly Sentence[], aggregate: Aggregate): EncodedRows {
  let [tokens, outputs] = [0, 0];
  const offsets = Uint32Array.from([0, ...sentences.map(({ ids }) => (tokens += ids.length))]);
  const pooled = sentences.flatMap(({ spans }, row) =>
    spans.map(([start, end]) => {
      const from = aggregate === 'last' ? end - 1 : start;
      return [offsets[row] + from, offsets[row] + (aggregate === 'first' ? start + 1 : end)];
    }),
  );
  return {
    rows: sentences.length,
    offsets,
    ids: Int32Array.from(sentences.flatMap(({ ids }) => ids)),
    typeIds: new Uint8Array(tokens),
    outputOffsets: Uint32Array.from([0, ...sentences.map(({ spans }) => (outputs += spans.length))]),
    outputs,
    pooledFrom: Uint32Array.from(pooled, ([from]) => from),
    pooledTo: Uint32Array.from(pooled, ([, to]) => to),
  };
}

/** The goldens of the sentences one behind the other, [words, layers × hidden]; the file holds [words, layers, hidden]. */
function goldenWords(tensors: Map<string, Float32Array>, sentences: readonly Sentence[], aggregate: Aggregate) {
  const own = sentences.map((_, index) => tensors.get(`${aggregate}.${index}`) ?? new Float32Array(0));
  const all = new Float32Array(own.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const values of own) {
    all.set(values, end);
    end += values.length;
  }
  return all;
}

// first and average are kept as float16.
test.each([
  ['first', 1e-3],
  ['last', 1e-5],
  ['average', 1e-3],
] as const)('%s: every layer of all words is within %s of PyTorch', async (aggregate, limit) => {
  const { source } = await recogniseModel([
    await load('minilm-base-fp16/config.json', configUrl),
    await load('minilm-base-fp16/model.safetensors', weightsUrl),
    await load('minilm-base-fp16/tokenizer.json', tokenizerUrl),
  ]);
  if (!source) throw new Error('minilm-base-fp16 was not recognised');
  const sentences = JSON.parse(await (await load('words.json', wordsUrl)).file.text()) as Sentence[];
  const rows = encode(sentences, aggregate);
  const data = await extract(`words ${aggregate}`, source, rows);

  const golden = goldenWords(await readTensors(hiddenUrl), sentences, aggregate);
  expect([sentences.length, data.length]).toEqual([40, golden.length]);
  for (let layer = 0; layer < 7; layer += 1) {
    const of = (values: Float32Array) => ofLayer(values, layer, { layers: 7, hidden: 384 });
    expect(relativeError(of(data), of(golden)), `layer ${layer}`).toBeLessThanOrEqual(limit);
  }
});
