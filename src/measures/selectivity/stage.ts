/** Whether probes find what the model knows or learn anything: the same probes on a control task. */
import { layerProbeWork } from '../../probe/operations.ts';
import type { MeasureStage } from '../stage.ts';
import { selectivity } from './selectivity.ts';

export const selectivityStage: MeasureStage<'selectivity'> = {
  name: 'selectivity',
  title: 'Train the probes on a control task',
  unit: 'batches',
  share: 1,
  after: 'selection',
  applies: ({ protocol }) => protocol === 'refined',
  operations: layerProbeWork,
  compute: (device, { parts, layers, options }, control) => selectivity(device, parts, layers, options, control),
};
