/** Which measures a run has by itself, by what runs of MiniLM (6 layers of 384) have to do. */
import { expect, test } from 'vitest';
import type { Workload } from '../../src/run/stage.ts';
import { leftOutText } from '../../src/measures/reports.ts';
import { measureNames } from '../../src/measures/stages.ts';
import { usualMeasures } from '../../src/options/measures.ts';
import { tooLongMeasures } from '../../src/session/estimate/fitting-measures.ts';
import type { RunOccasion } from '../../src/session/stages/stage-table.ts';

const sst2 = { train: 60_614, dev: 6_735, test: 872 };
const operationsARow = 2.8e8;

function load(classes: number, rows: typeof sst2, change: Partial<Workload> = {}): Workload {
  const analysed = rows.train + rows.dev + rows.test;
  return {
    ...{ layers: 6, hidden: 384, outputs: classes, bytes: 9e7, rows: { train: rows.train, analysed } },
    encoding: { operations: operationsARow * analysed, openings: 1 },
    ...{ protocol: 'paper', seeds: 1, epochs: 10, passes: 10, narrow: 10, batchSize: 128, answers: 6 },
    ...{ sweep: false, maxFeatures: false, shortened: null, timing: null },
    ...change,
  };
}

const occasion: RunOccasion = {
  ...{ protocol: 'paper', classes: 2, words: false, texts: false, shortened: false, timing: false, leftOut: [] },
};
const without = { operations: 0, openings: 0 };

test('all that are on are taken where the encoder takes most of the time', () => {
  expect(tooLongMeasures(occasion, load(2, sst2))).toEqual([]);
});

test('what takes longest is left out of many classes, and of activations without an encoder', () => {
  // Measured on 2,500 sentences of CCG: the code length took 18 of 172 s, all others together 14.
  const ccg = { train: 16_168, dev: 7_368, test: 6_821 };
  const ofWords = { encoding: { operations: 1.3e12, openings: 1 } };
  const labelling = { ...occasion, classes: 224, words: true };
  expect(tooLongMeasures(labelling, load(224, ccg, ofWords))).toEqual(['codeLength']);
  const activations = tooLongMeasures(occasion, load(2, sst2, { encoding: without }));
  expect(activations).toContain('geometry');
  expect(activations).not.toContain('usableInformation');
});

test('what nobody wants makes room, and what costs nothing is always there', () => {
  const noEncoder = load(2, sst2, { encoding: without });
  const leftOut = measureNames.filter((name) => usualMeasures.includes(name) && name !== 'intrinsicDimension');
  expect(tooLongMeasures({ ...occasion, leftOut }, noEncoder)).toEqual([]);
  const few = load(2, { train: 20, dev: 2, test: 5 }, { encoding: without });
  expect(tooLongMeasures(occasion, few)).not.toContain('usableInformation');
});

test('the model without layers keeps the geometry that it is chosen by, and makes no room for others', () => {
  const noEncoder = load(2, sst2, { encoding: without, shortened: { encoding: 1e15 }, timing: { encoding: 1e15 } });
  const asked = { ...occasion, shortened: true, timing: true };
  expect(tooLongMeasures(occasion, noEncoder)).toEqual(['geometry', 'codeLength']);
  expect(tooLongMeasures(asked, noEncoder)).toEqual(['codeLength']);
});

test('a sentence says what is lacking and how to have it', () => {
  expect(leftOutText([])).toBeNull();
  expect(leftOutText(['codeLength'])).toBe(
    'Not measured: the online code length. With it, measures like these would take a tenth of the analysis or more, as estimated for two cores; “All measures” in the set-up (--all-measures) has it too.',
  );
  expect(leftOutText(['codeLength', 'probeless'])).toMatch(
    /^Not measured: the online code length and the order .* has them too\.$/,
  );
});
