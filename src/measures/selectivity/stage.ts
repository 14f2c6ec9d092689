/** Whether probes find what the model knows or learn anything: the same probes on a control task. */
import { layerProbeOperations } from '../../probe/operations.ts';
import { startRate } from '../../run/stage.ts';
import type { MeasureStage } from '../stage.ts';
import { selectivity } from './selectivity.ts';

export const selectivityStage: MeasureStage<'selectivity'> = {
  name: 'selectivity',
  title: 'Train the probes on a control task',
  unit: 'batches',
  share: 1,
  after: 'selection',
  applies: ({ protocol }) => protocol === 'refined',
  operations: layerProbeOperations,
  rate: startRate({ wasm: 5e9, webgpu: 2e10 }),
  compute: (device, { parts, layers, options }, control) => selectivity(device, parts, layers, options, control),
};
