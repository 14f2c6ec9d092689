/** How alike every two layers are over the train rows. */
import type { MeasureStage } from '../stage.ts';
import { cka } from './cka.ts';

export const ckaStage: MeasureStage<'cka'> = {
  name: 'similarity',
  title: 'Compare the layers',
  unit: 'neurons',
  share: 1,
  after: 'probes',
  // The products are there already.
  operations: () => ({}),
  compute: (_device, { products }, control) => cka(products, control),
};
