import { expect, test } from 'vitest';
import { evaluate } from '../../src/probe/metrics.ts';
import golden from '../fixtures/probes/metrics.json' with { type: 'json' };

test.each(golden.classification)('scores classes as scikit-learn does, case %#', (expected) => {
  const found = evaluate(
    ['accuracy', 'f1', 'macro_f1', 'matthews_corrcoef', 'accuracy_f1'],
    expected.gold,
    expected.pred,
  );
  expect(found.get('accuracy')).toBeCloseTo(expected.accuracy, 12);
  expect(found.get('macro_f1')).toBeCloseTo(expected.macro_f1, 12);
  expect(found.get('matthews_corrcoef')).toBeCloseTo(expected.matthews_corrcoef, 12);
  if (expected.f1 === null) return;
  expect(found.get('f1')).toBeCloseTo(expected.f1, 12);
  expect(found.get('accuracy_f1')).toBeCloseTo((expected.accuracy + expected.f1) / 2, 12);
});

test.each(golden.regression)('correlates as SciPy does, case %#', (expected) => {
  const found = evaluate(['pearson', 'spearman', 'pearson_spearman'], expected.gold, expected.pred);
  expect(found.get('pearson')).toBeCloseTo(expected.pearson, 12);
  expect(found.get('spearman')).toBeCloseTo(expected.spearman, 12);
  expect(found.get('pearson_spearman')).toBeCloseTo((expected.pearson + expected.spearman) / 2, 12);
});
