/** What the arguments of `compare` mean, and which are refused. */
import { describe, expect, test } from 'vitest';
import { parseCompare } from '../../headless/compare-options.ts';

const results = ['a/run.json', 'b', 'c'];
const parse = (...args: string[]) => parseCompare([...results, '--out', 'out', ...args])!;

test('with the fewest options the first is the base, no layers are compared and no text is shown', () => {
  expect(parse()).toEqual({
    ...{ results, out: 'out', base: 0, activations: new Map(), cache: null, revealed: [], replaces: 'nothing' },
    place: { device: 'auto', threads: null },
  });
  expect(parseCompare(['--help'])).toBeNull();
});

test('activations are of the results in their order, or of those that are named by their place', () => {
  expect(parse('--activations', 'x.npy', 'y.npy').activations).toEqual(
    new Map([
      [0, 'x.npy'],
      [1, 'y.npy'],
    ]),
  );
  const named = parse('--activations', '3=x=1.npy', '2=y.npy', '--device', 'wasm', '--threads', '2', '--base', '2');
  expect(named).toMatchObject({ base: 1, place: { device: 'wasm', threads: 2 } });
  expect([...named.activations]).toEqual([
    [2, 'x=1.npy'],
    [1, 'y.npy'],
  ]);
  expect(parse('--activations', '2=y.npy', '--cache', 'kept')).toMatchObject({ cache: 'kept' });
});

describe('refused as usage', () => {
  test.each([
    [['--activations', 'x.npy'], '--activations is of one result alone.'],
    [['--activations', '1=x.npy', '1=y.npy'], '--activations names two files of result 1.'],
    [['--activations', 'x.npy', '4=y.npy'], '--activations "4=y.npy" is of result 4, and there are 3.'],
    [['--activations', 'x.npy', '0=y.npy'], '--activations "0=y.npy" is of result 0'],
    [['--base', '4'], '--base is 4, which is no result.'],
    [['--reveal', 'secrets'], '--reveal names "secrets".'],
  ])('%j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  test('no result at all', () => {
    expect(() => parseCompare(['--out', 'out'])).toThrow('No result is named.');
  });
});
