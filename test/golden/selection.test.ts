import { expect, test } from 'vitest';
import { gridSizes } from '../../src/redundancy/grid.ts';
import { mcnemarExact } from '../../src/base/binomial.ts';
import { orderNeurons, weightSizes } from '../../src/redundancy/rank.ts';
import golden from '../fixtures/selection/golden.json' with { type: 'json' };

test.each(golden.orderings)('orders neurons in the steps of numpy, case %#', ({ weights, steps }) => {
  const probe = { weight: Float32Array.from(weights.flat()), bias: new Float32Array(weights.length) };
  const { order, cutoffs } = orderNeurons(weightSizes([probe]), 'number');
  let before = 0;
  const found: [number, number[]][] = [];
  cutoffs.forEach((cutoff, step) => {
    if (cutoff > before) found.push([step, [...order.subarray(before, cutoff)]]);
    before = cutoff;
  });
  expect(found).toEqual(steps);
  expect(new Set(order).size).toBe(weights[0].length);

  const sized = orderNeurons(weightSizes([probe]), 'size');
  expect(sized.cutoffs).toEqual(cutoffs);
  const largest = (neuron: number) => Math.max(...weights.map((own) => Math.abs(Math.fround(own[neuron]))));
  cutoffs.forEach((cutoff, step) => {
    const own = [...sized.order.subarray(cutoffs[step - 1] ?? 0, cutoff)];
    expect(own).toEqual([...own].sort((a, b) => largest(b) - largest(a)));
    expect([...own].sort((a, b) => a - b)).toEqual([...order.subarray(cutoffs[step - 1] ?? 0, cutoff)]);
  });
});

test.each(golden.sizes)('tries the sizes of the published scripts: $layers layers of $hidden', (expected) => {
  const all = expected.layers * expected.hidden;
  expect(gridSizes('usual', expected, all)).toEqual(expected.usual);
  expect(gridSizes('fine', expected, all)).toEqual(expected.fine);
  const half = Math.floor(all / 2);
  expect(gridSizes('usual', expected, half)).toEqual(expected.usual.filter((size) => size <= half));
});

test.each(golden.mcnemar)('compares two probes as SciPy does: $a against $b', ({ a, b, p }) => {
  expect(Math.abs(mcnemarExact(a, b) - p)).toBeLessThan(1e-9 * p + 1e-300);
});
