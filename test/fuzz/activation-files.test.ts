/**
 * Whatever the bytes of an activation file or the text of a configuration: a value or a WinnowError, in bounded time,
 * and what is read keeps its promises. HDF5 is fuzzed in a browser, where it runs in a worker that can be ended.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openActivations } from '../../src/activations/file/open.ts';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import { WinnowError } from '../../src/base/errors.ts';
import { sentenceLimitBytes } from '../../src/format/activation-file.ts';
import { parseExperimentConfig } from '../../src/published/experiment-config.ts';
import { fileOf } from '../fixtures/files.ts';

/** A run that takes longer hangs, for all a user knows. */
const limits = { numRuns: 400, timeout: 5000 };

async function valueOrRefusal<T>(work: () => T | Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    expect(error.message).not.toBe('');
    expect(error.next).not.toBe('');
    return null;
  }
}

const openHdf5 = () => Promise.reject(new WinnowError('bad-file', 'Not here.', 'Use a browser.'));

/** Reads everything; sentences are as large as they say. */
async function check(file: File): Promise<void> {
  await valueOrRefusal(async () => {
    const opened = await openActivations(file, { layers: 2, openHdf5 });
    let sentences = 0;
    for await (const { tokens, words, data } of opened.sentences()) {
      expect(data.length).toBe(tokens * opened.layers * opened.hidden);
      expect(data.byteLength).toBeLessThanOrEqual(sentenceLimitBytes);
      if (words) expect(words.length).toBe(tokens);
      sentences++;
    }
    if (opened.count !== null) expect(sentences).toBe(opened.count);
  });
}

/** `source` with one piece replaced by other bytes, or cut off. */
function damaged(source: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const place = fc.nat({ max: source.length });
  return fc.tuple(place, fc.nat({ max: 12 }), fc.uint8Array({ maxLength: 6 })).map(([at, length, piece]) => {
    return Uint8Array.from([...source.subarray(0, at), ...piece, ...source.subarray(at + length)]);
  });
}

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/activations/${name}`, import.meta.url)));

describe('JSON lines', () => {
  test('good lines, damaged', () =>
    fc.assert(
      fc.asyncProperty(damaged(fixture('neurox.json')), (data) => check(fileOf('x.json', data))),
      limits,
    ));

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
      fc.asyncProperty(text, (lines) => check(fileOf('x.json', lines))),
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
          const opened = await openActivations(fileOf('x.json', line), { layers: null, openHdf5 });
          for await (const { data } of opened.sentences()) {
            expect([...data]).toEqual(numbers.map((number) => Math.fround(JSON.parse(String(number)) as number)));
          }
        },
      ),
      limits,
    ));
});

describe('arrays', () => {
  test.each(['rows.npy', 'flat-double.npy'])('%s, damaged', (name) =>
    fc.assert(
      fc.asyncProperty(damaged(fixture(name)), (data) => check(fileOf(name, data))),
      limits,
    ),
  );

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
        return check(
          fileOf(
            'x.npy',
            Uint8Array.from([...start, ...new TextEncoder().encode(text), ...new Array<number>(dataBytes).fill(1)]),
          ),
        );
      }),
      limits,
    );
  });

  test.each(['npz', 'safetensors'] as const)('what was written as %s, damaged', async (format) => {
    const activations = inMemory(new Float32Array(12), { rows: 3, layers: 2, hidden: 2 });
    const set = { activations, lengths: Int32Array.of(1, 2), words: [['a'], ['b', 'c']] };
    const source = new Uint8Array(await (await writeActivations(format, set)).arrayBuffer());
    await fc.assert(
      fc.asyncProperty(damaged(source), (data) => check(fileOf(`x.${format}`, data))),
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

  test('any text', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        await valueOrRefusal(() => parseExperimentConfig(text, 'c.json'));
      }),
      limits,
    ));

  test('any values under its keys', () =>
    fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 })), async (values) => {
        const config = await valueOrRefusal(() =>
          parseExperimentConfig(JSON.stringify({ ...paths, ...values }), 'c.json'),
        );
        for (const threshold of config?.thresholds ?? [])
          expect(threshold === -1 || (threshold > 0 && threshold < 1)).toBe(true);
        if (config) expect(config.epochs).toBeGreaterThan(0);
      }),
      limits,
    ));
});
