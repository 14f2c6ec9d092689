/** What the top, the bottom and random neurons do for the oracle, without retraining. */
import { oracleWork } from '../../probe/operations.ts';
import type { MeasureStage } from '../stage.ts';
import { ablation } from './ablation.ts';

/** Sizes of the curve, each for the top, the bottom and random neurons. */
const scorings = 3 * 26;

export const ablationStage: MeasureStage<'ablation'> = {
  name: 'ablation',
  title: 'Leave neurons out without retraining',
  unit: 'steps',
  share: 0.5,
  after: 'selection',
  applies: ({ protocol }) => protocol === 'refined',
  operations: (load) => oracleWork(scorings, 1, load),
  compute: (device, { parts, layers, options }, control) =>
    ablation(device, parts.test, layers.oracles, layers.standard, options, control),
};
