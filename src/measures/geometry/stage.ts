/** How every layer is built: what it does to the vectors of the train rows, and how these spread. */
import { plainCost } from '../../run/stage.ts';
import type { MeasureStage } from '../stage.ts';
import { eigenvalueWork, geometry, rowWork } from './geometry.ts';

export const geometryStage: MeasureStage<'geometry'> = {
  name: 'geometry',
  title: 'Look how the layers are built',
  unit: 'steps',
  share: 2,
  after: 'probes',
  operations({ layers, hidden, rows }) {
    const all = layers + 1;
    // Angles between all layers in plain JavaScript.
    const angles = plainCost * hidden * all * layers;
    return { products: rows.train * (all * rowWork(hidden) + angles) + all * eigenvalueWork(hidden) };
  },
  compute: (_, { parts, products }, control) => geometry(parts.train.activations, products, control),
};
