/** How the layers are built and what they tell of labels, on screen: sentences, figures, tables, the hardest rows. */
import axe from 'axe-core';
import { beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import type { RunFile } from '../../../src/run/run-file.ts';
import { drop, forgetEverything, openPage, runFile, textFile } from './page.ts';
import { liveClusters, neuronRun, sampleRun } from './samples.ts';

beforeEach(forgetEverything);

const byLayer = [null, 2, 3, 1.5];
const pairs = byLayer.map((_, i) => byLayer.map((__, j) => (i === 0 || j === 0 ? null : i === j ? 1 : 0.25)));
const overSeeds = (mean: number) => ({ mean, deviation: 0.01, seeds: [mean - 0.01, mean + 0.01] });

const measured: Partial<RunFile> = {
  geometry: {
    blockInfluence: [0.5, 0.01, 0.2],
    angularDistance: byLayer.map((_, i) => byLayer.map((__, j) => Math.abs(i - j) / 10)),
    participationRatio: byLayer,
    effectiveRank: byLayer,
    matrixEntropy: byLayer.map((value) => value && value / 4),
    anisotropy: byLayer.map((variance) => ({
      mean: 0.9,
      neurons: [{ index: 3, part: 0.8, variance: variance && 0.7 }],
    })),
  },
  mutualNeighbours: { rows: 2000, nearest: 10, shares: pairs },
  intrinsicDimension: { rows: 2000, layers: byLayer },
  usableInformation: {
    ...{ split: 'test', rows: 200, most: 1, oracle: overSeeds(0.7) },
    layers: [0, 0.2, 0.4, 0.6].map((mean, layer) => ({ layer, ...overSeeds(mean) })),
    hardest: [
      { row: 17, label: 1, bits: -4.5 },
      { row: 3, label: 0, bits: -0.25 },
    ],
  },
  codeLength: {
    ...{ ends: [3, 3600], uniform: 3600 },
    layers: [3600, 2400, 1200, 900].map((bits) => ({ bits: [3, bits], control: [3, 3700] })),
  },
};

it('a section says and shows how layers are built, accessibly, and others what they tell of labels', async () => {
  await openPage();
  drop(runFile({ ...sampleRun('tiny-bert'), ...measured }));
  const built = page.getByTestId('section-geometry');
  await expect.element(built).toHaveTextContent('Layer 2 changes the vectors least (block influence 0.010)');
  await expect.element(built).toHaveTextContent('CKA compares little else there');
  await expect.element(built).toHaveTextContent('Rows vary in most directions in layer 2');
  await expect
    .element(page.getByTestId('section-similarity'))
    .toHaveTextContent('By the nearest rows, every two layers');
  const known = page.getByTestId('section-layers');
  await expect.element(known).toHaveTextContent('Of 1.000 bits a test row’s label has, the full probe tells 0.700');
  await expect.element(known).toHaveTextContent('get shortest by layer 3: 3.99 times shorter');
  await expect.element(page.getByTestId('hardest-rows')).toHaveTextContent('The 2 hardest test rows');
  const ids = [
    'block-influence',
    'angular-distance',
    'best-blocks',
    'layer-directions',
    'matrix-entropy',
    'anisotropy',
  ];
  const others = ['intrinsic-dimension', 'mutual-neighbours', 'usable-information', 'code-length'];
  for (const id of [...ids, ...others]) await expect.element(page.getByTestId(`figure-${id}`)).toBeVisible();
  await page.getByTestId('figure-anisotropy').getByRole('button', { name: 'Table' }).click();
  const cells = built.element().querySelectorAll('tbody tr:first-child > *');
  expect([...cells].map((cell) => cell.firstChild?.textContent?.trim())).toEqual(['0', '0.900', '3', '0.800', '–']);
  // Nobody has just made this run, so that no texts are at hand.
  expect(page.getByRole('button', { name: 'Show their texts' }).query()).toBeNull();
  const { violations } = await axe.run(document.body, { resultTypes: ['violations'] });
  expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html ?? ''}`)).toEqual([]);
});

it('a result without measures says so, and shows no list', async () => {
  await openPage();
  drop(runFile(sampleRun('tiny-bert')));
  await expect.element(page.getByTestId('section-geometry')).toHaveTextContent('This file does not hold it');
  expect(page.getByTestId('hardest-rows').query()).toBeNull();
});

it('what would have taken too long is named where it would stand, with what measures it', async () => {
  const { geometry } = measured;
  const run = { ...sampleRun('tiny-bert'), geometry };
  const leftOut = ['intrinsicDimension', 'mutualNeighbours', 'codeLength'] as const;
  await openPage();
  drop(runFile({ ...run, options: { ...run.options, leftOut: [...leftOut] } }));
  const noteIn = (section: string) => page.getByTestId(`section-${section}`).getByTestId('left-out');
  await expect.element(noteIn('geometry')).toHaveTextContent('Not measured: the intrinsic dimension. With it,');
  await expect.element(noteIn('similarity')).toHaveTextContent('Not measured: common neighbours');
  await expect.element(noteIn('layers')).toHaveTextContent('“All measures” in the set-up (--all-measures) has it too.');
  expect(noteIn('neurons').query()).toBeNull();
  await expect.element(page.getByTestId('section-geometry')).not.toHaveTextContent('This file does not hold it');
});

it('the hardest rows of the run just made say what they say', async () => {
  const session = await openPage();
  drop(textFile('train.tsv'));
  await page.getByTestId('run').click();
  await expect.poll(() => session.requests.length).toBe(1);
  session.say({ kind: 'clusters', live: liveClusters() });
  session.finish({ ...neuronRun('tiny-bert'), ...measured });
  const list = page.getByTestId('hardest-rows');
  await list.getByRole('button', { name: 'Show their texts' }).click();
  await expect.element(list).toHaveTextContent('test row 17');
  await expect.element(list).toHaveTextContent('test row 3');
});
