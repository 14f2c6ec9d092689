/** Whether the smallest sets' probes are worse than the oracle. The test compares right with wrong: a regression has none. */
import { oracleOperations } from '../../probe/operations.ts';
import { startRate } from '../../run/stage.ts';
import type { MeasureStage } from '../stage.ts';
import { compareWithOracle } from './mcnemar.ts';

export const mcnemarStage: MeasureStage<'mcnemar'> = {
  name: 'mcnemar',
  title: 'Test against the full probe',
  unit: 'probes',
  share: 0.5,
  after: 'selection',
  applies: ({ protocol, classes }) => protocol === 'refined' && classes !== null,
  operations: oracleOperations,
  rate: startRate({ wasm: 5e9, webgpu: 2e10 }),
  compute: (device, { parts, layers, options, selected }, control) =>
    compareWithOracle(device, parts.test, layers, selected, options, control),
};
