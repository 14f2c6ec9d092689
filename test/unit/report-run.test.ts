import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkRun, parseRun, type RunFile } from '../../src/run/run-file.ts';

const text = readFileSync(new URL('../../public/demo/reviews/result.json', import.meta.url), 'utf8');
const demo = (): RunFile => JSON.parse(text) as RunFile;

describe('a run file', () => {
  test("of the demo is whole, and stays so through a reader's hands", () => {
    const run = parseRun(text, 'result.json');
    expect(parseRun(JSON.stringify(run), 'again.json')).toEqual(run);
  });

  test('of an older version is upgraded', () => {
    const { data, ...old } = demo();
    const before = Object.entries({ ...old, version: 0 }).filter(([field]) => field !== 'created');
    const dataBefore = Object.entries(data).filter(([field]) => field !== 'majority');
    const run = checkRun({ ...Object.fromEntries(before), data: Object.fromEntries(dataBefore) }, 'old.json');
    expect(run).toMatchObject({ data: { majority: null }, oracle: demo().oracle });
  });

  test('of a newer version is refused with advice', () => {
    expect(() => checkRun({ ...demo(), version: 99 }, 'new.json')).toThrow(
      expect.objectContaining({ code: 'newer-version', message: expect.stringContaining('version 99') }),
    );
  });

  const wrong: [string, (run: RunFile) => unknown, string][] = [
    ['a score that there is not', (run) => ({ ...run, metric: 'beauty' }), 'at metric, '],
    [
      'a number written as text',
      (run) => ({ ...run, model: { ...run.model, layers: '6' } }),
      'at model.layers, number',
    ],
    ['too few layers', (run) => ({ ...run, layers: { ...run.layers, individual: [] } }), 'the model has 7'],
    ['a metric without scores', (run) => ({ ...run, metric: 'pearson' }), 'has no pearson'],
    [
      'a torn CKA table',
      (run) => ({ ...run, cka: { ...run.cka, biased: [[1]] } }),
      'cka.biased is not a table of 7 by 7',
    ],
    ['nothing of a run', () => [1, 2], 'is not a Winnow run file'],
  ];
  test.each(wrong)('with %s is refused, saying where', (_name, spoil, words) => {
    expect(() => checkRun(spoil(demo()), 'wrong.json')).toThrow(
      expect.objectContaining({ code: 'bad-file', message: expect.stringContaining(words) }),
    );
  });

  test('that is not JSON says so', () => {
    expect(() => parseRun('{"format":', 'half.json')).toThrow(expect.objectContaining({ code: 'bad-file' }));
  });
});
