import { describe, expect, it } from 'vitest';
import {
  aboutDuration,
  byteSize,
  counted,
  differenceText,
  duration,
  integer,
  listed,
  someOf,
  percent,
  scoreText,
  scoreWithDeviation,
  significant,
} from '../../src/report/format.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [2688, '2\u202f688'],
    [67349, '67\u202f349'],
    [1234567, '1\u202f234\u202f567'],
    [-1500, '−1\u202f500'],
  ])('%d as a whole number', (value, text) => expect(integer(value)).toBe(text));

  it.each([
    [0, '0'],
    [0.01234, '0.012'],
    [0.9996, '1.00'],
    [1.234, '1.23'],
    [9.996, '10.0'],
    [12.34, '12.3'],
    [99.96, '100'],
    [1234.5, '1\u202f235'],
  ])('%d in three digits', (value, text) => expect(significant(value)).toBe(text));

  it('shares in per cent with one decimal, correlations as they are, nothing as a dash', () => {
    expect(percent(0.98882)).toBe('98.9\u202f%');
    expect(scoreText(0.8979, 'accuracy')).toBe('89.8\u202f%');
    expect(scoreText(-0.1234, 'pearson')).toBe('−0.123');
    expect(scoreText(null, 'pearson')).toBe('–');
    expect(scoreText(undefined, 'f1')).toBe('–');
  });

  it('deviations only over several seeds', () => {
    expect(scoreWithDeviation({ mean: 0.898, deviation: 0.002, seeds: [0.896, 0.9] }, 'accuracy')).toBe(
      '89.8 ± 0.2\u202f%',
    );
    expect(scoreWithDeviation({ mean: 0.898, deviation: 0, seeds: [0.898] }, 'accuracy')).toBe('89.8\u202f%');
    expect(scoreWithDeviation({ mean: null, deviation: null, seeds: [null] }, 'pearson')).toBe('–');
  });

  it('differences with their sign, none for nothing', () => {
    expect(differenceText(0.0123, 'accuracy')).toBe('+1.2');
    expect(differenceText(-0.05, 'accuracy')).toBe('−5.0');
    expect(differenceText(-0.0001, 'accuracy')).toBe('0.0');
    expect(differenceText(0.0123, 'pearson')).toBe('+0.012');
  });

  it.each([
    [812, '812\u202fms'],
    [999.7, '1.0\u202fs'],
    [3400, '3.4\u202fs'],
    [59_960, '1\u202fmin 00\u202fs'],
    [125_000, '2\u202fmin 05\u202fs'],
    [4_800_000, '1\u202fh 20\u202fmin'],
  ])('%d ms', (ms, text) => expect(duration(ms)).toBe(text));

  it('estimates are rounded and say so', () => {
    expect(aboutDuration(0.2)).toBe('about 1\u202fs');
    expect(aboutDuration(58)).toBe('about 60\u202fs');
    expect(aboutDuration(780)).toBe('about 13\u202fmin');
    expect(aboutDuration(9000)).toBe('about 2.5\u202fh');
  });

  it.each([
    [0, '0\u202fbytes'],
    [999, '999\u202fbytes'],
    [1000, '1.00\u202fkB'],
    [999_600, '1.00\u202fMB'],
    [90_856_000, '90.9\u202fMB'],
    [5e13, '50.0\u202fTB'],
  ])('%d bytes', (bytes, text) => expect(byteSize(bytes)).toBe(text));

  it('counts and lists in words', () => {
    expect(counted(1, 'layer')).toBe('1 layer');
    expect(counted(2, 'layer')).toBe('2 layers');
    expect(listed([])).toBe('');
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(someOf(['a', 'b'])).toBe('a, b');
    expect(someOf(['a', 'b', 'c'], 2)).toBe('3: a, b and 1 more');
  });
});
