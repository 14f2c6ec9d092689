/** In how many directions the rows of each layer vary where they lie. */
import { rowProductWork } from '../../redundancy/row-products.ts';
import type { MeasureStage } from '../stage.ts';
import { intrinsicDimension } from './intrinsic-dimension.ts';

export const intrinsicDimensionStage: MeasureStage<'intrinsicDimension'> = {
  name: 'intrinsic-dimension',
  title: 'Estimate the dimension of the layers',
  unit: 'layers',
  share: 0.5,
  after: 'probes',
  operations: (load) => ({ products: rowProductWork(load) }),
  compute: (_, { parts }, control) => intrinsicDimension(parts.train.activations, control),
};
