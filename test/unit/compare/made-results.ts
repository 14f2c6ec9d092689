/** Results to compare, made of predictions and scores: the sample run with what a test needs changed. */
import { keptPredictions } from '../../../src/measures/predictions/predictions.ts';
import { inMemory } from '../../../src/activations/matrix.ts';
import type { ComparedRun } from '../../../src/compare/run.ts';
import { analysisOf, runTitle } from '../../../src/report/analysis.ts';
import { checkRun, type RunFile } from '../../../src/run/run-file.ts';
import { sampleRun } from '../../browser/ui/samples.ts';

export function hashOf(name: string): string {
  return Buffer.from(name.padEnd(32, '.')).subarray(0, 32).toString('hex');
}

/** A checked run of a model of 4 layers × 32 neurons. */
export function madeRun(model: string, change: Partial<RunFile> = {}): RunFile {
  const run = sampleRun(model);
  return checkRun({ ...run, model: { ...run.model, sha256: hashOf(model) }, ...change }, model);
}

export function comparedRun(run: RunFile, title = runTitle(run)): ComparedRun {
  const source = { kind: 'run', run } as const;
  return { id: title, title, stem: 'winnow-made', source, analysis: analysisOf(source) };
}

export interface MadePredictions {
  classes: number;
  labels: readonly number[];
  /** By seed. */
  predicted: readonly (readonly number[])[];
  /** Of the rows. */
  texts?: readonly string[];
  /** Characters that they may take. */
  most?: number;
}

/** With predictions, and the accuracy that follows from them. */
export async function predictingRun(model: string, made: MadePredictions): Promise<RunFile> {
  const { classes, labels, predicted } = made;
  const rows = labels.length;
  const texts = made.texts ?? labels.map((_, row) => `row ${row}`);
  const part = {
    activations: inMemory(new Float32Array(rows), { rows, layers: 1, hidden: 1 }),
    labels: Int32Array.from(labels),
    texts: { kind: 'sentence', rows: texts.map((text) => ({ text, pair: null })) } as const,
  };
  const seeds = predicted.map((own) => own.filter((one, row) => one === labels[row]).length / rows);
  const mean = seeds.reduce((sum, one) => sum + one, 0) / seeds.length;
  const run = madeRun(model);
  const test = { ...run.oracle.test, accuracy: { mean, deviation: 0, seeds } };
  return checkRun(
    {
      ...run,
      data: {
        ...run.data,
        labels: Array.from({ length: classes }, (_, label) => `label ${label}`).sort(),
        instances: { ...run.data.instances, test: rows },
      },
      oracle: { ...run.oracle, test },
      predictions: await keptPredictions(part, predicted, classes, made.most),
    },
    model,
  );
}
