/**
 * Whatever the bytes of an activation file or the text of a configuration: a value or a WinnowError, in bounded time,
 * and what is read keeps its promises. HDF5 is fuzzed in a browser, where it runs in a worker that can be ended.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openActivations } from '../../src/activations/file/open.ts';
import { fileOf } from '../fixtures/files.ts';
import { limits } from '../fixtures/hostile.ts';
import { checkActivations, noHdf5 } from './targets/activations.ts';
import { checkExperimentConfig } from './targets/configs.ts';

describe('JSON lines', () => {
  test('lines of nearly the right form', () => {
    const value = fc.oneof(fc.double().map(String), fc.constantFrom('NaN', '-Infinity', '1e999', '-', '[', '""'));
    const layer = fc.array(value, { maxLength: 3 }).map((values) => `{"index": 0, "values": [${values.join()}]}`);
    const token = fc
      .tuple(fc.json({ maxDepth: 1 }), fc.array(layer, { maxLength: 3 }))
      .map(([word, layers]) => `{"token": ${word}, "layers": [${layers.join()}]}`);
    const text = fc
      .array(fc.array(token, { maxLength: 3 }), { maxLength: 3 })
      .map((lines) => lines.map((features) => `{"linex_index": 0, "features": [${features.join()}]}`).join('\n'));
    return fc.assert(
      fc.asyncProperty(text, (lines) => checkActivations(fileOf('x.json', lines))),
      limits,
    );
  });

  test('numbers are what JSON says they are', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        async (numbers) => {
          const values = JSON.stringify(numbers);
          const line = `{"linex_index": 0, "features": [{"token": "a", "layers": [{"index": 0, "values": ${values}}]}]}`;
          const opened = await openActivations(fileOf('x.json', line), { layers: null, openHdf5: noHdf5 });
          for await (const { data } of opened.sentences()) {
            expect([...data]).toEqual(numbers.map((number) => Math.fround(JSON.parse(String(number)) as number)));
          }
        },
      ),
      limits,
    ));
});

describe('arrays', () => {
  test('a header of any shape', () => {
    const size = fc.oneof(fc.nat(40), fc.constantFrom(2 ** 31, 2 ** 53, 1e20));
    const header = fc.tuple(
      fc.constantFrom('<f4', '<f8', '>f4', '|O', '|u1', '<i8', ''),
      fc.array(size, { maxLength: 4 }),
      fc.nat(64),
    );
    return fc.assert(
      fc.asyncProperty(header, ([type, shape, dataBytes]) => {
        const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join()},), }\n`;
        const start = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length, 0];
        return checkActivations(
          fileOf(
            'x.npy',
            Uint8Array.from([...start, ...new TextEncoder().encode(text), ...new Array<number>(dataBytes).fill(1)]),
          ),
        );
      }),
      limits,
    );
  });
});

describe('experiment configuration', () => {
  const keys = [
    'base_dir',
    'clustering_thresholds',
    'performance_deltas',
    'num_epochs',
    'metric',
    '__proto__',
    'dev_source',
  ];
  const paths = { train_source: 'a', train_labels: 'b', test_source: 'c', test_labels: 'd' };

  test('any text', () => fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), checkExperimentConfig), limits));

  test('any values under its keys', () =>
    fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 })), (values) =>
        checkExperimentConfig(JSON.stringify({ ...paths, ...values })),
      ),
      limits,
    ));
});
