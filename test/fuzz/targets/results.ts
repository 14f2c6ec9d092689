/** Files of results: what comes out can be shown and saved again. */
import assert from 'node:assert/strict';
import { parseAllResults, writeAllResults } from '../../../src/published/all-results.ts';
import { parseReduced } from '../../../src/reduced/record.ts';
import { modelCard } from '../../../src/reduced/card.ts';
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

export async function checkReduced(text: string): Promise<void> {
  const record = await attempt(() => parseReduced(text, 'winnow.json'));
  if (record === null) return;
  assert(record.neurons.every((neuron) => neuron < (record.layers + 1) * record.model.hidden));
  assert.deepEqual(unsignedZeros(parseReduced(JSON.stringify(record), 'again')), unsignedZeros(record));
  const card = modelCard({ record, spaceBeforeWords: false, base: null });
  assert.equal(card.match(/^---$/gm)?.length, 2);
}

/** The record of a reduced model as Winnow writes it. */
export const reducedRecord = () =>
  JSON.stringify({
    ...{ format: 'winnow-reduced-model', version: 1, created: '2026-11-29T05:00:00.000Z', name: 'bert-small' },
    model: { name: 'bert', architecture: 'bert', layers: 3, hidden: 32, sha256: 'a1', bytes: 500, parameters: null },
    task: { name: 'sst-2', kind: 'glue', pairs: false, labels: ['0', '1'], shown: ['negative', 'positive'] },
    ...{ maxLength: 40, pooling: 'first', aggregation: null, layers: 2, neurons: [64, 70] },
    graphs: [{ path: 'onnx/model.onnx', dtype: 'float32' }],
    files: [{ path: 'onnx/model.onnx', bytes: 5 }],
    standard: { className: 'BertForSequenceClassification', file: 'model.safetensors', error: 2e-5, range: 64 },
    claim: {
      run: { created: '2026-11-29T05:00:00.000Z', protocol: 'refined' },
      ...{ answer: null, seed: 1, scores: { dev: { accuracy: 0.9 } }, oracle: null, device: 'WebAssembly' },
    },
    measurement: {
      ...{ created: '2026-11-29T06:00:00.000Z', split: 'test', rows: 872, unit: 'row' },
      files: [
        {
          ...{ path: 'onnx/model.onnx', dtype: 'float32', bytes: 5 },
          ...{
            scores: { accuracy: null },
            msPerRow: { median: 0.5, lower: 0.4, upper: 0.7, samples: [0.5] },
            fullMsPerRow: null,
          },
          ...{ disagreeing: 3, farthest: 1e-6 },
        },
      ],
      full: { scores: { accuracy: 0.9 }, bytes: 500 },
      differences: { rows: 1, first: [{ row: 3, label: '1', reduced: '0', full: '1' }] },
      fineTuned: { why: 'There is none.' },
      device: { backend: 'wasm', adapter: null, threads: 4, browser: 'Chrome' },
    },
  });

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
    name: 'reduced-record',
    share: 2,
    seeds: () => alone([textFile('winnow.json', reducedRecord())]),
    check: async (drop) => checkReduced(await onlyText(drop)),
  },
  {
    name: 'all-results',
    share: 3,
    seeds: () => alone(['pipeline', 'clustering', 'max-features'].map((name) => fixture(`selection/${name}.json`))),
    check: async (drop) => checkAllResults(await onlyText(drop)),
  },
];
