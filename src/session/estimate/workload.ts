/** What the operations of a run depend on, from its files and options. */
import type { Occasion } from '../../measures/stage.ts';
import type { Workload } from '../../run/stage.ts';
import type { RunOptions } from '../contract.ts';
import type { Inputs } from '../inputs/inputs.ts';

/** What decides which measures are taken. */
export function occasionOf({ task }: Inputs, { protocol, texts }: RunOptions): Occasion {
  return { protocol, classes: task.labels?.length ?? null, words: task.kind === 'labelling', texts };
}

/**
 * Activations from elsewhere need no encoder.
 * @param tokens mean tokens a sentence.
 * @param rows sentences that go through the encoder; sentences or words that everything else reads.
 */
export function workloadOf(
  { vectors, modelFacts, task }: Inputs,
  options: RunOptions,
  tokens: number,
  rows: Workload['rows'],
): Workload {
  const { layers, hidden } = modelFacts;
  const { protocol, seeds, epochs, deltas, thresholds, sweep, maxFeatures } = options;
  return {
    ...{ layers, hidden, tokens, rows },
    intermediate: vectors.from === 'model' ? vectors.model.config.intermediate : 0,
    outputs: task.labels?.length ?? 1,
    ...{ protocol, seeds, epochs, sweep, maxFeatures },
    answers: deltas.length * thresholds.length,
  };
}
