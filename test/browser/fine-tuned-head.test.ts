/**
 * Fine-tuned heads: those of the tiny models against transformers' own classes (tools/goldens/heads.py), those of exports,
 * and the heads that a reduced model's standard class gets, against the linear map on PyTorch's hidden states.
 */
import { describe, expect, test } from 'vitest';
import { architectureOf } from '../../src/model/architectures/list.ts';
import { fineTunedHead, openFineTuned } from '../../src/model/fine-tuned.ts';
import { recogniseModel, type ModelSource } from '../../src/model/recognise.ts';
import { configFiles } from '../../src/reduced/config.ts';
import type { LinearHead } from '../../src/reduced/head.ts';
import { standardModel } from '../../src/reduced/standard.ts';
import type { Padding } from '../../src/tokenizer/tokenizer.ts';
import golden from '../fixtures/architectures/heads.json';
import {
  architectureGolden,
  architectureModels,
  architectureSource,
  type GoldenRows,
} from './architecture-fixtures.ts';
import { exportSource } from './export-fixtures.ts';
import { everyToken } from './hidden-states.ts';
import { asBatch, paddedAtEnd } from './model-fixtures.ts';

const expectedOf: Record<string, { class: string; logits: number[][] }> = golden;

/** Of every row, all padded to one length. */
async function logitsOf(source: ModelSource, rows: GoldenRows['rows'], perToken: boolean): Promise<number[][]> {
  const head = fineTunedHead(source, await source.configFile.file.text(), perToken);
  if ('why' in head) throw new Error(head.why);
  const last = architectureOf(source.config).pooling === 'last';
  const padding: Padding = last ? { side: 'left', id: 5, typeId: 3 } : paddedAtEnd;
  const model = await openFineTuned(source, head, { backend: 'wasm', threads: 1, padding });
  const length = Math.max(...rows.map(({ ids }) => ids.length)) + 2;
  const one = (tokens: number) => [last ? tokens - 1 : 0];
  const batch = asBatch(rows, length, { padding, pooled: perToken ? everyToken : one });
  const values = [...(await model.run(batch))];
  await model.dispose();
  return rows.map(({ ids }) => values.splice(0, head.outputs * (perToken ? ids.length : 1)));
}

function expectNear(found: readonly number[], expected: readonly number[], limit = 1e-4): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, at) => {
    expect(Math.abs(value - expected[at])).toBeLessThanOrEqual(limit);
  });
}

test.each(Object.keys(expectedOf))('%s: the logits of its own class', async (name) => {
  const { class: className, logits } = expectedOf[name];
  const { rows } = await architectureGolden(name);
  const found = await logitsOf(await architectureSource(name), rows, className.endsWith('ForTokenClassification'));
  found.forEach((values, row) => {
    expectNear(values, logits[row]);
  });
});

test.each(['bert-decomposed', 'bert-optimised'] as const)('%s: the logits of an export', async (name) => {
  const { rows } = await architectureGolden('bert');
  const found = await logitsOf(await exportSource(name), rows, false);
  found.forEach((values, row) => {
    expectNear(values, expectedOf.bert.logits[row]);
  });
});

test.each([
  ['bert', true, /names the class BertForSequenceClassification/],
  ['roberta', false, /names the class RobertaModel/],
  ['camembert', false, /CamembertForTokenClassification/],
] as const)('%s has no head for another task', async (name, perToken, why) => {
  const source = await architectureSource(name);
  expect(fineTunedHead(source, await source.configFile.file.text(), perToken)).toEqual({
    why: expect.stringMatching(why) as string,
  });
});

/** Of a few neurons of one layer, with weights that make logits of some size. */
function headOn(layer: number, hidden: number, outputs: number): LinearHead {
  const count = 5;
  const neurons = Int32Array.from({ length: count }, (_, at) => layer * hidden + ((3 * at + layer) % hidden));
  const weight = Float32Array.from({ length: outputs * count }, (_, at) => 3 * Math.sin(1.7 * at + layer));
  return { neurons, weight, bias: Float32Array.from({ length: outputs }, (_, at) => Math.cos(at + 1)) };
}

describe.each([false, true])('as a class of transformers, labels of tokens: %s', (labelling) => {
  test.each(architectureModels)('%s: every layer’s linear head', async (name) => {
    const source = await architectureSource(name);
    const { rows, hidden: states } = await architectureGolden(name);
    const { hidden, layers } = source.config;
    const { pooling, heads, lastLayer } = architectureOf(source.config);
    const own = labelling ? heads.labelling : heads.sentence;
    for (let layer = 1; layer <= layers; layer += 1) {
      const head = headOn(layer, hidden, 3);
      const made = await standardModel({ model: source, head, labelling, pooling });
      const why =
        (lastLayer === 'normalised' && layer < layers && /would normalise it as its last/) ||
        (own === null && /answers with a token of a decoder/) ||
        (own?.norm !== undefined && /normalises between its maps/) ||
        (own?.unbiased?.includes(own.output) && /adds no bias/);
      if (why) {
        expect(made).toEqual({ why: expect.stringMatching(why) as string });
        continue;
      }
      if ('why' in made) throw new Error(made.why);
      expect(made.error).toBeLessThan(1e-4);
      const config = configFiles({
        original: await source.configFile.file.text(),
        layers: { all: layers, kept: layer },
        ...{ type: source.config.architecture, stem: heads.stem, labelling, labels: ['a', 'b', 'c'] },
        ...{ dtypes: ['float32'], externalData: new Map(), fields: made.fields },
      });
      const text = config.get('config.4.0.0.json') ?? config.get('config.json') ?? '';
      const { source: written } = await recogniseModel([
        { path: 'm/config.json', file: new File([text], 'config.json') },
        { path: 'm/model.safetensors', file: new File([made.file], 'model.safetensors') },
      ]);
      if (!written) throw new Error('not recognised');
      expect(written.config.layers).toBe(layer);
      const found = await logitsOf(written, rows, labelling);
      rows.forEach(({ ids }, row) => {
        const places = labelling ? everyToken(ids.length) : [pooling === 'last' ? ids.length - 1 : 0];
        const vector = (place: number) => (neuron: number) =>
          states[row][(Math.floor(neuron / hidden) * ids.length + place) * hidden + (neuron % hidden)];
        const expected = places.flatMap((place) => {
          const values = Array.from(head.neurons, vector(place));
          return Array.from(head.bias, (bias, output) =>
            values.reduce((sum, value, at) => sum + value * head.weight[output * values.length + at], bias),
          );
        });
        expectNear(found[row], expected);
      });
    }
  });
});
