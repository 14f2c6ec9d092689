/** How few bits the train labels take, layer by layer, beside a control task. A regression has no labels to send. */
import { trainingWork } from '../../probe/operations.ts';
import type { MeasureStage } from '../stage.ts';
import { codeLength } from './code-length.ts';

export const codeLengthStage: MeasureStage<'codeLength'> = {
  name: 'code-length',
  title: 'Send the labels as a code',
  unit: 'steps',
  share: 1,
  after: 'selection',
  applies: ({ classes }) => classes !== null,
  operations(load) {
    const neurons = (load.layers + 1) * load.hidden;
    // The blocks before the last are about all rows once; both tasks with one seed.
    return trainingWork(neurons, neurons * load.outputs, { ...load, seeds: 2 });
  },
  compute: (device, { parts, layers, options }, control) =>
    codeLength(device, parts, layers.standard, options, control),
};
