import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkRun, parseRun, type RunFile, type Timing } from '../../src/run/run-file.ts';
import { runSubject, runTitle } from '../../src/report/analysis.ts';
import { madeTiming } from './made-timing.ts';

const text = readFileSync(new URL('../../public/demo/reviews/result.json', import.meta.url), 'utf8');
/** Without an encoder, as of activations from elsewhere. */
function classifiersAlone({ device }: RunFile, features: number, made = false): Timing {
  const timing = madeTiming({ full: [2], cut: [1] });
  return { ...timing, device, encoder: null, classifiers: [{ ...timing.classifiers[0], features, made }] };
}

const [timed] = madeTiming({ full: [2], cut: [1] }).classifiers;
const upsideDown = { ...timed, training: { ...timed.training, lower: 3 } };

const demo = (): RunFile => JSON.parse(text) as RunFile;

describe('a run file', () => {
  test("of the demo is whole, and stays so through a reader's hands", () => {
    const run = parseRun(text, 'result.json');
    expect(parseRun(JSON.stringify(run), 'again.json')).toEqual(run);
  });

  test('may hold times, and made numbers may be of any width', () => {
    const run = { ...demo(), timing: classifiersAlone(demo(), 9984, true) };
    expect(checkRun(run, 'timed.json').timing).toEqual(run.timing);
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
    [
      'times of too few depths',
      (run) => ({ ...run, timing: madeTiming({ full: [2], cut: [1] }) }),
      'at timing.encoder.series.0.depths there are 3 depths, the model has 7',
    ],
    [
      'a time whose median lies outside its quartiles',
      (run) => ({ ...run, timing: { ...classifiersAlone(run, 5), classifiers: [upsideDown] } }),
      'at timing.classifiers.0, the median lies outside its quartiles',
    ],
    [
      'a classifier of more neurons than there are',
      (run) => ({ ...run, timing: classifiersAlone(run, 561) }),
      'at timing.classifiers.0.features there are 561, the model has 560 neurons',
    ],
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

test('a model’s name turns no sentence around', () => {
  const turned = { ...demo(), model: { ...demo().model, name: 'a\u202e\u2066b\u200f' } };
  expect([runTitle(turned), runSubject(turned)]).toEqual(['SST-2 · ab', 'SST-2 with ab']);
});
