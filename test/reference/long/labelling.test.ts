/**
 * The four labelling tasks of the paper with minilm-base-fp16, last subword, `paper` protocol, one seed, through the
 * command line, against PyTorch's probes on the same words (`golden/labelling.json`). A quarter of an hour each; folders
 * of runs made before, named by task in WINNOW_LABELLING_RUNS, spare it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRun, type RunFile } from '../../../src/run/run-file.ts';
import { ownFolder, run } from '../../e2e/cli-process.ts';

const shared = join(import.meta.dirname, '../../../../shared');

interface Golden {
  words: [train: number, dev: number, test: number];
  classes: number;
  individual: { name: string; dev: number; test: number }[];
  oracle: { dev: number; test: number };
}
const golden = JSON.parse(readFileSync(join(shared, 'golden/labelling.json'), 'utf8')) as Record<string, Golden>;
const made = process.env.WINNOW_LABELLING_RUNS;

/** Of any score, in either direction. */
const tolerance = 0.007;

describe.each([
  ['pos', 'ud-ewt', 'pos (UD EWT, UPOS)'],
  ['chunking', 'conll2000', 'chunking (CoNLL-2000)'],
  ['sem', 'pmb-4.0.0', 'sem (PMB 4.0.0)'],
  ['ccg', 'pmb-4.0.0', 'ccg (PMB 4.0.0)'],
])('%s', (task, folder, name) => {
  const expected = golden[name];

  test('the whole run: as many words and labels, oracle and layers within 0.7 points', async () => {
    const { data, oracle, layers, selection, clustering, cka } = await runOf(task, folder);
    const { train, dev, test: tested } = data.instances;
    expect([train, dev, tested]).toEqual(expected.words);
    expect(data.labels).toHaveLength(expected.classes);
    for (const split of ['dev', 'test'] as const) {
      expect(Math.abs(oracle[split].accuracy!.mean! - expected.oracle[split])).toBeLessThanOrEqual(tolerance);
      for (const layer of expected.individual) {
        const own = layers.individual[Number(layer.name.slice('layer-'.length))][split].accuracy!.mean!;
        expect(Math.abs(own - layer[split]), `${layer.name} ${split}`).toBeLessThanOrEqual(tolerance);
      }
    }
    expect(cka.biased).toHaveLength(7);
    expect(clustering!.map(({ threshold }) => threshold)).toEqual([0.3]);
    expect(selection).toHaveLength(6);
    for (const { minimalSet, base } of selection!) {
      expect(minimalSet.size).toBeGreaterThan(0);
      expect(minimalSet.dev.accuracy!.mean).toBeGreaterThan(0.9 * base.dev.accuracy!.mean!);
    }
  });
});

async function runOf(task: string, folder: string): Promise<RunFile> {
  const known = made && join(made, task, 'run.json');
  if (known && existsSync(known)) return parseRun(await readFile(known, 'utf8'), 'run.json');
  const out = join(await ownFolder(), 'out');
  const { code, stderr } = await run('analyze', [
    ...['--model', join(shared, 'models/minilm-base-fp16'), '--data', join(shared, 'data/labeling', folder)],
    ...['--task', task, '--out', out, '--protocol', 'paper'],
  ]);
  expect(code, stderr.slice(-2000)).toBe(0);
  return parseRun(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');
}
