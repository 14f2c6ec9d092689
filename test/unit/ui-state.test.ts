/** The page's plain logic: option rules, and asking only for the newest answer. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { OptionScope } from '../../src/options/kinds.ts';
import {
  checkRanges,
  defaultOptions,
  optionTable,
  paperOptions,
  protocolDefaults,
  type ListName,
} from '../../src/options/table.ts';
import { Latest } from '../../src/ui/state/latest.ts';
import { listText, readListText } from '../../src/ui/state/list-text.ts';
import {
  changedOptions,
  correctionOf,
  fittedOptions,
  formOf,
  optionsInWords,
  problemsOf,
  ruleOf,
  textIn,
} from '../../src/ui/state/option-form.ts';
import { stepAmong } from '../../src/ui/chart/series-steps.ts';

describe('options', () => {
  const sentences: OptionScope = {
    words: false,
    activations: false,
    subwords: false,
    longestInput: null,
    pooling: null,
    cores: 4,
    scores: null,
  };
  const words = { ...sentences, words: true };
  const fields = (scope: OptionScope) => formOf(scope).flatMap(({ options }) => options);
  const names = (scope: OptionScope) => fields(scope).map(({ name }) => name);

  it('the defaults have no problem', () => {
    expect(problemsOf(defaultOptions, sentences).size).toBe(0);
  });

  it('every field that is out of range says so in a sentence', () => {
    const problems = problemsOf({ ...defaultOptions, seeds: 0, rows: 5, maxLength: 2.5, threads: 9 }, sentences);
    expect([...problems.values()]).toEqual([
      'Seeds is 0; it must lie between 1 and 100.',
      'Train rows is 5; it must lie between 20 and 2\u202f147\u202f483\u202f647.',
      'Longest input must be a whole number; 2.5 is not.',
      'Threads is 9; it must lie between 1 and 4.',
    ]);
  });

  it('the paper trains one seed, and the choice is said in words', () => {
    expect(optionsInWords(protocolDefaults('paper'), sentences)).toBe(
      'Protocol of the paper, 1 seed, all rows, at most 128 tokens',
    );
    expect(optionsInWords({ ...defaultOptions, seed: 7, rows: 2000, device: 'wasm', threads: 1 }, sentences)).toBe(
      'Refined protocol, 3 seeds from 7, the first 2\u202f000 train rows, at most 128 tokens, on WebAssembly, 1 thread',
    );
  });

  it('of labelled words name the pooling and no length, for no sentence is cut', () => {
    expect(optionsInWords({ ...defaultOptions, rows: 300 }, words)).toBe(
      'Refined protocol, 3 seeds, the first 300 labelled train sentences, last subwords',
    );
    expect(optionsInWords({ ...defaultOptions, aggregation: 'average' }, words)).toContain('mean of subwords');
    expect(optionsInWords({ ...defaultOptions, aggregation: 'average' }, sentences)).not.toContain('subwords');
    const rows = fields(words).find(({ name }) => name === 'rows')!;
    expect(textIn(rows.field.label, words)).toBe('Train sentences');
    expect(problemsOf({ ...defaultOptions, maxLength: 1 }, words).size).toBe(0);
  });

  it('of vectors from elsewhere name neither pooling nor length', () => {
    const given = { ...words, activations: true };
    expect(optionsInWords(defaultOptions, given)).toBe('Refined protocol, 3 seeds, all labelled sentences');
    expect(names(given)).not.toContain('maxLength');
  });

  it('stand in the form group by group, each where it has an effect', () => {
    const scores = { titles: { f1: 'F1' }, own: 'f1' as const };
    const order = ['protocol', 'metric', 'aggregation', 'seeds', 'seed', 'rows', 'threads', 'deltas', 'thresholds'];
    const all = [...order, 'sweep', 'maxFeatures', 'device'];
    expect(names({ ...words, scores }).filter((name) => all.includes(name))).toEqual(all);
    expect(names(sentences)).not.toContain('metric');
    expect(names(sentences)).not.toContain('aggregation');
    expect(names({ ...words, activations: true })).not.toContain('aggregation');
    expect(names({ ...words, activations: true, subwords: true })).toContain('aggregation');
  });
});

describe('numbers of the form', () => {
  const scope: OptionScope = {
    words: false,
    activations: false,
    subwords: false,
    longestInput: 64,
    pooling: 'first',
    cores: 4,
    scores: null,
  };
  const numbers = formOf(scope)
    .flatMap(({ options }) => options)
    .filter((option) => option.kind === 'number');

  it.for([-1e12, 0.4, 2.5, 1e12, null])('%s becomes what the command line takes, with a word', (value) => {
    for (const option of numbers) {
      const rule = ruleOf(option, scope);
      const correction = correctionOf(value, rule);
      const fits = correction === null ? value : correction.value;
      expect(() => checkRanges({ ...defaultOptions, [option.name]: fits }, 'analyze')).not.toThrow();
      if (fits !== value) expect(correction?.reason).toContain(rule.label);
    }
  });

  it('above what model and machine take are cut', () => {
    const fitted = fittedOptions({ ...defaultOptions, threads: 9 }, scope);
    expect([fitted.maxLength, fitted.threads, fitted.seeds]).toEqual([64, 4, 3]);
  });

  it('of the paper leave rows and place alone', () => {
    const mine = { ...defaultOptions, rows: 500, threads: 2, device: 'wasm' as const, seeds: 9 };
    expect(paperOptions(mine)).toEqual({ ...protocolDefaults('paper'), rows: 500, threads: 2, device: 'wasm' });
  });

  it('are marked where they differ from what the protocol has', () => {
    const names = (change: object): string[] =>
      changedOptions({ ...defaultOptions, ...change }, optionTable).map(({ name }) => name);
    expect(names({})).toEqual([]);
    expect(names(protocolDefaults('paper'))).toEqual(['protocol']);
    expect(names({ seeds: 1, thresholds: [0.4] })).toEqual(['seeds', 'thresholds']);
  });
});

describe('steps through a chart', () => {
  const point = (x: number) => ({ x, y: 0, text: String(x) });
  const series = [[point(0), point(10), point(20)], [], [point(9), point(30)]];

  it('go along a series, to the nearest point of the next one, and to the ends', () => {
    expect(stepAmong(series, { row: 0, column: 0 }, 'ArrowLeft')).toEqual({ row: 0, column: 0 });
    expect(stepAmong(series, { row: 0, column: 1 }, 'ArrowRight')).toEqual({ row: 0, column: 2 });
    expect(stepAmong(series, { row: 0, column: 1 }, 'ArrowDown')).toEqual({ row: 2, column: 0 });
    expect(stepAmong(series, { row: 2, column: 1 }, 'ArrowUp')).toEqual({ row: 0, column: 2 });
    expect(stepAmong(series, { row: 2, column: 0 }, 'End')).toEqual({ row: 2, column: 1 });
    expect(stepAmong(series, { row: 2, column: 1 }, 'Home')).toEqual({ row: 2, column: 0 });
  });

  it('stay inside when points go, and know no other key', () => {
    expect(stepAmong(series, { row: 1, column: 9 }, '')).toEqual({ row: 0, column: 2 });
    expect(stepAmong(series, { row: 0, column: 0 }, 'a')).toBeNull();
    expect(stepAmong([[]], { row: 0, column: 0 }, 'End')).toBeNull();
  });
});

describe('hints below a chart', () => {
  it.each([
    [true, ['Tap a cell', 'tap']],
    [false, ['Point at a cell', 'click']],
  ])('name what a hand does, a finger: %s', async (matches, words) => {
    vi.stubGlobal('matchMedia', (query: string) => ({ matches: query === '(pointer: coarse)' && matches }));
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.resetModules();
    const { pointAt, press } = await import('../../src/ui/chart/pointing.ts');
    expect([pointAt('a cell'), press]).toEqual(words);
  });
});

describe('lists of the form', () => {
  const lists = optionTable.filter((option) => option.kind === 'list');
  const option = (name: ListName) => lists.find((candidate) => candidate.name === name)!;
  const thresholds = (text: string) => readListText(option('thresholds'), text);
  const deltas = (text: string) => readListText(option('deltas'), text);

  it('are read as people write them', () => {
    expect(thresholds('−1, 0.3; .5 0.3')).toEqual({ list: [-1, 0.3, 0.5] });
    expect(deltas('3:1, 2.5:0')).toEqual({
      list: [
        { layers: 3, neurons: 1 },
        { layers: 2.5, neurons: 0 },
      ],
    });
    expect(listText(option('thresholds'), [-1, 0.3])).toBe('−1, 0.3');
    expect(listText(option('deltas'), defaultOptions.deltas)).toBe('3:1, 2:1, 1:1');
  });

  it.each([
    [thresholds, '', 'Give at least one threshold'],
    [thresholds, '0.3, x', '“x” is no number.'],
    [thresholds, '1', '1 is no threshold'],
    [thresholds, '-0.5', '-0.5 is no threshold'],
    [thresholds, '.1 .2 .3 .4 .5 .6 .7 .8 .9 .11 .12 .13 .14', '13 entries are too many'],
    [deltas, ' ', 'Give at least one pair'],
    [deltas, '3', '“3” is no pair'],
    [deltas, '3:1:2', '“3:1:2” is no pair'],
    [deltas, '3:-1', '3:-1: a score can lose'],
    [deltas, '101:1', '101:1: a score can lose'],
  ])('%# say what is wrong in a sentence', (read, text, sentence) => {
    expect(read(text)).toEqual({ problem: expect.stringContaining(sentence) as string });
  });
});

describe('asking for the newest answer', () => {
  it('does one piece of work at a time, folds those in between, delivers the last', async () => {
    const latest = new Latest<number>();
    const started: number[] = [];
    const delivered: unknown[] = [];
    const finish = new Map<number, () => void>();
    const ask = (value: number): void =>
      latest.ask(
        () => {
          started.push(value);
          return new Promise((resolve) => finish.set(value, () => resolve(value)));
        },
        (outcome) => delivered.push(outcome),
      );
    ask(1);
    ask(2);
    ask(3);
    expect(started).toEqual([1]);
    finish.get(1)?.();
    await new Promise((resolve) => setTimeout(resolve));
    expect(started).toEqual([1, 3]);
    expect(delivered).toEqual([]);
    finish.get(3)?.();
    await new Promise((resolve) => setTimeout(resolve));
    expect(delivered).toEqual([{ value: 3 }]);
  });

  it('delivers an error as one, and nothing once forgotten', async () => {
    const latest = new Latest<number>();
    const delivered: unknown[] = [];
    const failure = new Error('no');
    latest.ask(
      () => Promise.reject(failure),
      (outcome) => delivered.push(outcome),
    );
    await new Promise((resolve) => setTimeout(resolve));
    expect(delivered).toEqual([{ error: failure }]);
    latest.ask(
      () => Promise.resolve(1),
      (outcome) => delivered.push(outcome),
    );
    latest.forget();
    await new Promise((resolve) => setTimeout(resolve));
    expect(delivered).toHaveLength(1);
  });
});
