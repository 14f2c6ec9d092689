/** Whole models on all of SST-2 dev, from text to activations on WebAssembly, against PyTorch's hidden states. */
import { expect, test } from 'vitest';
import { recogniseModel } from '../../../src/model/recognise.ts';
import { encodeRows } from '../../../src/tokenizer/rows.ts';
import type { Padding } from '../../../src/tokenizer/tokenizer.ts';
import { readTensors, relativeError } from '../../browser/probe-golden.ts';
import { extract, load, ofLayer, sentences } from './extraction.ts';

import minilmConfig from '../../../../shared/models/minilm-sst2/config.json?url';
import minilmWeights from '../../../../shared/models/minilm-sst2/model.safetensors?url';
import minilmTokenizer from '../../../../shared/models/minilm-sst2/tokenizer.json?url';
import minilmHidden from '../../../../shared/golden/sst2/hidden.safetensors?url';
import xlnetConfig from '../../../../shared/models/xlnet-mini-sst2/config.json?url';
import xlnetWeights from '../../../../shared/models/xlnet-mini-sst2/model.safetensors?url';
import xlnetTokenizer from '../../../../shared/models/xlnet-mini-sst2/tokenizer.json?url';
import xlnetHidden from '../../../../shared/golden/sst2/xlnet-mini.safetensors?url';
import devUrl from '../../../../shared/data/glue/SST-2/dev.tsv?url';

interface Case {
  name: string;
  config: string;
  weights: string;
  tokenizer: string;
  golden: string;
  padding: Padding;
}

const cases: Case[] = [
  {
    name: 'minilm-sst2',
    config: minilmConfig,
    weights: minilmWeights,
    tokenizer: minilmTokenizer,
    golden: minilmHidden,
    padding: { side: 'right', id: 0, typeId: 0 },
  },
  {
    name: 'xlnet-mini-sst2',
    config: xlnetConfig,
    weights: xlnetWeights,
    tokenizer: xlnetTokenizer,
    golden: xlnetHidden,
    padding: { side: 'left', id: 5, typeId: 3 },
  },
];

test.each(cases)('$name: every layer of all 872 rows is within 1e-5 of PyTorch', async (model) => {
  const { name } = model;
  const { source } = await recogniseModel([
    await load(`${name}/config.json`, model.config),
    await load(`${name}/model.safetensors`, model.weights),
    await load(`${name}/tokenizer.json`, model.tokenizer),
  ]);
  if (!source?.tokenizer) throw new Error(`${name} was not recognised`);
  const rows = await encodeRows(source.tokenizer, await sentences(devUrl), {
    maxLength: 128,
    pooling: source.pooling,
  });
  const data = await extract(name, source, rows, model.padding);

  const golden = (await readTensors(model.golden)).get('cls') ?? new Float32Array(0);
  expect([rows.rows, data.length]).toEqual([872, golden.length]);
  const shape = { layers: source.config.layers + 1, hidden: source.config.hidden };
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const error = relativeError(ofLayer(data, layer, shape), ofLayer(golden, layer, shape));
    expect(error, `layer ${layer}`).toBeLessThanOrEqual(1e-5);
  }
});
