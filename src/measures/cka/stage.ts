/** How alike every two layers are over the train rows. */
import { startRate } from '../../run/stage.ts';
import type { MeasureStage } from '../stage.ts';
import { cka } from './cka.ts';

export const ckaStage: MeasureStage<'cka'> = {
  name: 'similarity',
  title: 'Compare the layers',
  unit: 'rows',
  share: 1,
  after: 'probes',
  operations: ({ layers, hidden, rows }) => rows.analysed * ((layers + 1) * hidden) ** 2,
  rate: startRate({ wasm: 10e9, webgpu: 1e12 }),
  compute: (device, { parts }, control) => cka(device, parts.train.activations, control),
};
