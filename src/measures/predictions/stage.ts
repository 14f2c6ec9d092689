/** Keeps what the full probe of every seed gives the test rows. A regression has no rows that are right or wrong. */
import { predictWith } from '../../probe/evaluate.ts';
import { oracleWork } from '../../probe/operations.ts';
import type { MeasureStage } from '../stage.ts';
import { keptPredictions } from './predictions.ts';

export const predictionsStage: MeasureStage<'predictions'> = {
  name: 'predictions',
  title: 'Keep what the full probe predicts',
  unit: 'batches',
  share: 0.2,
  after: 'probes',
  applies: ({ classes }) => classes !== null,
  operations: (load) => oracleWork(1, 1, load),
  async compute(device, { parts: { test }, layers: { oracles, standard }, options }, control) {
    const predicted = await predictWith(device, test, oracles, standard, options, control);
    return keptPredictions(test, predicted, options.classes ?? 0);
  },
};
