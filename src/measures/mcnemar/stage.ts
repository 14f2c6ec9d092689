/** Whether answers, layers and the best single layer are worse than the oracle. The test compares right with wrong: a regression has none. */
import { oracleWork } from '../../probe/operations.ts';
import type { MeasureStage } from '../stage.ts';
import { layerContenders } from './contenders.ts';
import { compareWithOracle } from './mcnemar.ts';

/** The oracle, and stacks of layers nearly as wide; all else is narrow. */
const readings = 4;

export const mcnemarStage: MeasureStage<'mcnemar'> = {
  name: 'mcnemar',
  title: 'Test against the full probe',
  unit: 'probes',
  share: 0.5,
  after: 'selection',
  applies: ({ classes }) => classes !== null,
  operations: (load) => oracleWork(readings, readings, load),
  async compute(device, input, control) {
    const { parts, layers, options, selected, maxFeatures } = input;
    const contenders = { selected, maxFeatures, ...(await layerContenders(input, control)) };
    return compareWithOracle(device, parts.test, layers, contenders, options, control);
  },
};
