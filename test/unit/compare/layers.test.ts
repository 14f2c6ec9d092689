/** Layers of two results beside each other: what is said of the numbers, and when rows can be matched at all. */
import { describe, expect, test } from 'vitest';
import {
  comparedLayersFigure,
  comparedLayersFinding,
  comparedLayersLines,
  comparedLayersTable,
} from '../../../src/compare/layers.ts';
import { toCsv } from '../../../src/report/csv.ts';
import { rowsApart } from '../../../src/run/test-rows.ts';
import { madeRun, predictingRun } from './made-results.ts';

const made = (biased: (number | null)[][]) => ({
  ...{ first: 'A', other: 'B', rows: 1200 },
  cka: { biased, debiased: biased.map((row) => row.map((value) => value && value / 2)) },
});
const finding = (values: (number | null)[][]) => comparedLayersFinding(made(values), 'biased');

describe('what is said of the layers of two results', () => {
  test('the closest pair, and that layers of one number belong together', () => {
    expect(
      finding([
        [0.9, 0.1],
        [0.2, 0.8],
      ]),
    ).toBe(
      'Most alike are layer 0 of A and layer 0 of B (0.900). Each layer of A is most alike to that of B with the same number.',
    );
  });

  test('those that belong together, in the order of depth or not', () => {
    expect(
      finding([
        [0.9, 0.1, 0.1],
        [0.8, 0.1, 0.7],
        [0.1, 0.2, 0.95],
      ]),
    ).toContain('Those most alike follow the order of layers (A → B): 0 → 0, 1 → 0, 2 → 2.');
    expect(
      finding([
        [0.1, 0.9],
        [0.8, 0.1],
      ]),
    ).toContain('Those most alike do not follow the order of layers (A → B): 0 → 1, 1 → 0.');
    expect(
      finding([
        [0.1, 0.9],
        [0.2, 0.3],
      ]),
    ).toContain('All layers of A are most alike to layer 1 of B.');
  });

  test('a constant layer has no match', () => {
    const values = [
      [null, null],
      [null, 0.5],
    ];
    expect(finding(values)).toBe(
      'Most alike are layer 1 of A and layer 1 of B (0.500). Layer 0 of A can be compared with none of B.',
    );
    expect(finding([[null], [null]])).toBe('Layers 0 and 1 of A can be compared with none of B.');
    const [row] = comparedLayersFigure(made(values), 'biased').table.rows;
    expect(row[1]).toMatchObject({ value: null, why: expect.stringContaining('same vector in every row') as string });
  });
});

test('a map of layers by layers, in either estimate, and a table for other programs', () => {
  const found = made([
    [0.9, 0.1, 0.3],
    [0.2, null, 0.4],
  ]);
  const { chart, description } = comparedLayersFigure(found, 'debiased');
  expect(chart).toMatchObject({
    kind: 'matrix',
    rows: { title: 'layer of A', names: ['0', '1'] },
    columns: { title: 'layer of B', names: ['0', '1', '2'] },
    values: found.cka.debiased,
  });
  expect(description).toContain('debiased for the number of rows, on 1');
  const lines = toCsv(comparedLayersTable([found]))
    .trim()
    .split(/\r?\n/);
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe('result,other result,layer,other layer,rows,cka_biased,cka_debiased');
  expect(lines[3]).toBe('A,B,0,2,1200,0.3,0.15');
  expect(lines[5]).toBe('A,B,1,1,1200,,');
  expect(comparedLayersLines([found])[0]).toMatch(/^Layers of A and B: Most alike are/);
});

describe('rows that can be matched', () => {
  const named = (title: string, run: Awaited<ReturnType<typeof predictingRun>>) => ({ title, run });
  const rowsOf = (sha256: string) => ({ testRows: { sha256, kept: 'e'.repeat(64) } });

  test('are those of one hash', () => {
    const [own, same] = ['a', 'b'].map((name) => named(name, madeRun(name, rowsOf('a'.repeat(64)))));
    expect(rowsApart(own, same)).toBe('');
    const other = named('c', madeRun('c', rowsOf('b'.repeat(64))));
    expect(rowsApart(own, other)).toContain('a and c were scored on different test rows');
  });

  test('in files of before those of one hash of texts and labels; of files that do not say, none', async () => {
    const predicting = async (name: string, labels: number[]) =>
      named(name, await predictingRun(name, { classes: 2, labels, predicted: [labels] }));
    const [own, same, other] = await Promise.all([
      predicting('a', [0, 1]),
      predicting('b', [0, 1]),
      predicting('c', [1, 0]),
    ]);
    expect(rowsApart(own, same)).toBe('');
    expect(rowsApart(own, other)).toContain('different test rows');
    expect(rowsApart(own, named('d', madeRun('d')))).toContain('d does not say which test rows it was scored on');
    expect(rowsApart(named('d', madeRun('d', rowsOf('a'.repeat(64)))), named('e', madeRun('e')))).toContain(
      'e does not',
    );
  });
});
