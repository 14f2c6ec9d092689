/** Files of results: what comes out can be shown and saved again. */
import assert from 'node:assert/strict';
import { parseAllResults, writeAllResults } from '../../../src/published/all-results.ts';
import { mostNeurons } from '../../../src/run/gaps.ts';
import { checkRun, parseRun, runVersion } from '../../../src/run/run-file.ts';
import { attempt } from '../../fixtures/hostile.ts';
import { alone, fixture, onlyText, stored, textFile, unsignedZeros, type FuzzTarget } from '../target.ts';

export async function checkRunFile(text: string): Promise<void> {
  const run = await attempt(() => parseRun(text, 'run.json'));
  if (run === null) return;
  assert.equal(run.version, runVersion);
  assert.equal(run.layers.individual.length, run.model.layers + 1);
  assert((run.model.layers + 1) * run.model.hidden <= mostNeurons);
  assert.deepEqual(unsignedZeros(checkRun(JSON.parse(JSON.stringify(run)), 'again')), unsignedZeros(run));
}

export async function checkAllResults(text: string): Promise<void> {
  const results = await attempt(() => parseAllResults(text, 'all_results.json'));
  if (results === null) return;
  const again = parseAllResults(writeAllResults(results.document), 'all_results.json');
  assert.deepEqual(unsignedZeros(again), unsignedZeros(results));
  structuredClone(results);
}

/** The demo's result, without the line breaks. */
const demo = () =>
  textFile('run.json', JSON.stringify(JSON.parse(new TextDecoder().decode(stored('public/demo/reviews/result.json')))));

export const resultTargets: readonly FuzzTarget[] = [
  {
    name: 'run-file',
    share: 0.15,
    seeds: () => alone([demo()]),
    check: async (drop) => checkRunFile(await onlyText(drop)),
  },
  {
    name: 'all-results',
    share: 3,
    seeds: () => alone(['pipeline', 'clustering', 'max-features'].map((name) => fixture(`selection/${name}.json`))),
    check: async (drop) => checkAllResults(await onlyText(drop)),
  },
];
