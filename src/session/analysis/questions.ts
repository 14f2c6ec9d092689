/** The stage `questions` of the refined protocol: is a probe selective, what do its neurons do, is the small one worse. */
import { ablation } from '../../redundancy/ablation.ts';
import { compareWithOracle } from '../../redundancy/mcnemar.ts';
import type { Selected } from '../../redundancy/selection.ts';
import { selectivity } from '../../redundancy/selectivity.ts';
import type { RunFile } from '../../run/run-file.ts';
import { inShares } from './shares.ts';
import { questionWork } from '../estimate/work.ts';
import type { Analysed, Context } from './context.ts';

/** McNemar's test compares right with wrong, so a regression has none. Progress counts thousandths. */
export function askQuestions(
  { stages, devices, asked }: Context,
  { parts, layers, options }: Analysed,
  selected: readonly Selected[],
): Promise<Pick<RunFile, 'selectivity' | 'ablation' | 'mcnemar'>> {
  const { train, test } = parts;
  const { oracles, standard } = layers;
  return stages.run('questions', 'steps', train.activations.rows, (progress) =>
    devices.compute(async (device) => {
      const outputs = options.classes ?? 1;
      const shape = { layers: train.activations.layers - 1, hidden: train.activations.hidden, outputs };
      const told = inShares(progress, questionWork(shape, train.activations.rows, asked));
      const answers = {
        selectivity: await selectivity(device, parts, layers, options, { progress: told.selectivity }),
        ablation: await ablation(device, test, oracles, standard, options, { progress: told.ablation }),
      };
      if (options.classes === null) return answers;
      const full = { oracles, standard };
      const comparison = { progress: told.comparison };
      return { ...answers, mcnemar: await compareWithOracle(device, test, full, selected, options, comparison) };
    }),
  );
}
