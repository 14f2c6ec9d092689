/** What the probes tell of the test labels beyond their shares, and the hardest rows. A regression has no labels. */
import { oracleWork } from '../../probe/operations.ts';
import type { MeasureStage } from '../stage.ts';
import { usableInformation } from './usable-information.ts';

export const usableInformationStage: MeasureStage<'usableInformation'> = {
  name: 'usable-information',
  title: 'Measure the usable information',
  unit: 'batches',
  share: 0.2,
  after: 'probes',
  applies: ({ classes }) => classes !== null,
  // The probes of single layers are together as wide as the oracle.
  operations: (load) => oracleWork(2, 2, load),
  compute: (device, { parts: { train, test }, layers, options }, control) =>
    usableInformation(device, test, train.labels, layers, options, control),
};
