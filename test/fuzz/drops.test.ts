/** Models and activations dropped in any state: what can be opened, or every gap said; never an error, nothing that hangs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import type { Role } from '../../src/data/cards.ts';
import { WinnowError } from '../../src/base/errors.ts';
import { parseExportConfig } from '../../src/model/onnx/config.ts';
import { recogniseModel } from '../../src/model/recognise.ts';
import { readCharsmap } from '../../src/tokenizer/charsmap.ts';
import { dropped } from '../fixtures/files.ts';
import { changed, damaged, limits, valueOrRefusal } from '../fixtures/hostile.ts';
import { checkExportConfig } from './targets/configs.ts';
import { checkActivationsDrop, checkModelDrop } from './targets/drops.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const load = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(fixtures, path)));
const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe('model files', () => {
  const good = new Map([
    ['config.json', load('models/bert/config.json')],
    ['model.safetensors', load('models/bert/model.safetensors')],
    ['tokenizer.json', load('models/bert/tokenizer.json')],
    ['tokenizer_config.json', load('models/bert/tokenizer_config.json')],
    ['vocab.txt', encode('[CLS]\n[SEP]\n[UNK]\n[PAD]\na\nb\n')],
    ['pytorch_model.bin', load('checkpoints/forms-zip.bin')],
    ['model.onnx', load('exports/bert-hidden/model.onnx')],
    ['model.safetensors.index.json', encode('{"weight_map": {"a": "model.safetensors"}}')],
  ]);
  const walk = fc.array(fc.nat(40), { minLength: 1, maxLength: 3 });
  const value = fc.oneof(fc.constantFrom<unknown>(null, -1, 0.5, 2 ** 40, '', [], {}, [[]], true), fc.jsonValue());
  const config = JSON.parse(new TextDecoder().decode(good.get('config.json'))) as object;
  const otherConfig = fc.tuple(walk, value).map(([steps, own]) => encode(JSON.stringify(changed(config, steps, own))));
  const contents = (name: string, source: Uint8Array<ArrayBuffer>) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(source) },
      { weight: 2, arbitrary: name === 'config.json' ? otherConfig : damaged(source) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => new Uint8Array(bytes)) },
    );
  const folder = fc.constantFrom('', 'm/', 'm/checkpoint-500/');
  const file = fc
    .constantFrom(...good)
    .chain(([name, source]) =>
      fc.tuple(folder, contents(name, source)).map(([in_, bytes]) => dropped(in_ + name, bytes)),
    );
  const drop = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 8 });

  test('any drop: a model, or what is in the way', () =>
    fc.assert(
      fc.asyncProperty(drop, async (files) => {
        await checkModelDrop(files);
      }),
      { ...limits, numRuns: 150 },
    ));

  test('the config of an export', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(walk, fc.constant([])), value, async (steps, own) => {
        await checkExportConfig(JSON.stringify(steps.length === 0 ? own : changed(config, steps, own)));
      }),
      limits,
    ));

  test('a value nested without end is named, whatever reads it', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    for (const field of ['hidden_size', 'model_type', 'hidden_act', 'layer_norm_eps', 'is_decoder']) {
      const text = JSON.stringify({ ...config, [field]: 'X' }).replace('"X"', deep);
      const { missing } = await recogniseModel([dropped('config.json', text)]);
      expect(missing.some(({ path }) => path === 'config.json')).toBe(true);
      await valueOrRefusal(Promise.resolve().then(() => parseExportConfig(text, 'config.json')));
    }
  });

  test("SentencePiece's table of any units", () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(2 ** 31 - 1), fc.nat(70_000)), { minLength: 1, maxLength: 300 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ unit: 'binary' }),
        (units, texts, text) => {
          const head = new Uint8Array(new Uint32Array([4 * units.length, ...units]).buffer);
          try {
            expect(readCharsmap(Uint8Array.from([...head, ...texts]), 'm')(text)).toBeTypeOf('string');
          } catch (error) {
            expect(error).toBeInstanceOf(WinnowError);
          }
        },
      ),
      limits,
    ));
});

describe('activation files beside a data set', async () => {
  const array = async (rows: number): Promise<Uint8Array<ArrayBuffer>> => {
    const activations = inMemory(new Float32Array(rows * 6), { rows, layers: 2, hidden: 3 });
    const blob = await writeActivations('npy', { activations, lengths: null, words: null });
    return new Uint8Array(await blob.arrayBuffer());
  };
  const sources = [await array(4), await array(2), await array(0), load('activations/neurox.json')];
  const table = encode('sentence\tlabel\ngood\t1\nbad\t0\ngood\t1\nbad\t0\n');
  const path = fc.constantFrom('train.npy', 'a/train.npy', 'dev.npy', 'x.npy', 'train.json', 'test.json', 'train.tsv');
  const bytes = fc.oneof(
    fc.constantFrom(...sources, table),
    fc.constantFrom(...sources).chain(damaged),
    fc.uint8Array({ maxLength: 60 }).map((own) => new Uint8Array(own)),
  );
  const files = fc
    .uniqueArray(fc.tuple(path, bytes), { selector: ([name]) => name, maxLength: 6 })
    .map((some) => some.map(([name, content]) => dropped(name, content)));
  const roles = fc.dictionary(path, fc.constantFrom<Role | null>('train', 'dev', 'test', null));

  test('any drop: what fits, or every gap', () =>
    fc.assert(
      fc.asyncProperty(files, roles, async (some, own) => {
        await checkActivationsDrop(some, own);
      }),
      limits,
    ));
});
