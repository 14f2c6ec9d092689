/** How alike every two layers are over the train rows. */
import type { MeasureStage } from '../stage.ts';
import { cka } from './cka.ts';

export const ckaStage: MeasureStage<'cka'> = {
  name: 'similarity',
  title: 'Compare the layers',
  unit: 'rows',
  share: 1,
  after: 'probes',
  operations: ({ layers, hidden, rows }) => ({ products: rows.train * ((layers + 1) * hidden) ** 2 }),
  compute: (device, { parts }, control) => cka(device, parts.train.activations, control),
};
