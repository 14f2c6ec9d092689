/** Neurons ordered without a probe, beside the probe's order. A regression has no labels to tell apart. */
import { trainingWork } from '../../probe/operations.ts';
import { plainCost } from '../../run/stage.ts';
import type { MeasureStage } from '../stage.ts';
import { probeless, sharesTried } from './probeless.ts';

export const probelessStage: MeasureStage<'probeless'> = {
  name: 'probeless',
  title: 'Order the neurons without a probe',
  unit: 'steps',
  share: 1,
  after: 'selection',
  applies: ({ classes }) => classes !== null,
  operations(load) {
    const width = (load.layers + 1) * load.hidden;
    const read = Math.max(...sharesTried) * width;
    const weights = sharesTried.reduce((sum, share) => sum + share, 0) * width * load.outputs;
    // Both orders with one seed.
    const training = trainingWork(read, weights, { ...load, seeds: 2 });
    return { ...training, products: load.rows.train * width * plainCost };
  },
  compute: (device, { parts, layers, options }, control) => probeless(device, parts, layers, options, control),
};
