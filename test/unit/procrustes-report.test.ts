import { expect, test } from 'vitest';
import { fieldNames } from '../../src/measures/fields.ts';
import { measuredSection } from '../../src/measures/reports.ts';
import type { Analysis } from '../../src/report/analysis.ts';

const view = { metric: 'accuracy', split: 'test', compared: false, estimate: 'biased' } as const;

function section(procrustes: (number | null)[][] | null) {
  const none = Object.fromEntries(fieldNames.map((name) => [name, null]));
  const analysis = { ...none, procrustes } as unknown as Analysis;
  return measuredSection('similarity', [{ title: 'a run', stem: 'winnow-a', analysis }], view);
}

test('layers turned onto each other: a sentence of the extremes, a matrix, the same numbers as a table', () => {
  const { findings, figures } = section([
    [null, null, null],
    [null, 1, 0.75],
    [null, 0.75, 1],
  ]);
  expect(findings).toEqual(['By rotation alone, layers 1 and 2 (0.750) are the only two that can be compared.']);
  expect(figures).toMatchObject([{ id: 'procrustes', stem: 'winnow-a-procrustes', chart: { kind: 'matrix' } }]);
  const [{ table }] = figures;
  expect(table.rows[2].map(({ text }) => text)).toEqual(['2', '–', '0.750', '1.000']);
  expect(table.rows[1][1].why).toBe('Layer 0 is the same vector in every row: it has no Procrustes similarity.');
});

test('a result without it says and shows nothing of it', () => {
  expect(section(null)).toEqual({ findings: [''], figures: [], leftOut: [] });
  expect(section([[null]]).findings).toEqual(['']);
});
