/** The demo's result as that of a model of 13 layers: its numbers over again. Of sizes only; they mean nothing. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../headless/serve.ts';
import { parseRun } from '../../../src/run/run-file.ts';

const layers = 13;

function over<T>(values: readonly T[], length = layers): T[] {
  return Array.from({ length }, (_, index) => values[index % values.length]);
}

const numbered = <T extends { layer: number }>(values: readonly T[]): T[] =>
  over(values).map((value, layer) => ({ ...value, layer }));

const squared = <T>(values: readonly (readonly T[])[]): T[][] => over(values).map((row) => over(row));

/** @returns the path of a run file in `folder`. */
export async function deepRunFile(folder: string): Promise<string> {
  const run = parseRun(await readFile(join(root, 'public/demo/reviews/result.json'), 'utf8'), 'result.json');
  const neurons = layers * run.model.hidden;
  const deep = {
    ...run,
    // It reads the neurons of a smaller model.
    oracleProbe: undefined,
    model: { ...run.model, layers: layers - 1 },
    layers: { individual: numbered(run.layers.individual), concatenated: numbered(run.layers.concatenated) },
    cka: { biased: squared(run.cka.biased), debiased: squared(run.cka.debiased) },
    procrustes: run.procrustes && squared(run.procrustes),
    training: run.training && { ...run.training, layers: over(run.training.layers) },
    selectivity: run.selectivity && { ...run.selectivity, layers: numbered(run.selectivity.layers) },
    clustering: run.clustering?.map((entry) => {
      return { ...entry, labels: entry.labels.length === 0 ? [] : over(entry.labels, neurons) };
    }),
  };
  const file = join(folder, 'run.json');
  await writeFile(file, JSON.stringify(deep));
  return file;
}
