/** Which rows are near one another in both of every two layers. */
import { rowProductWork } from '../../redundancy/row-products.ts';
import type { MeasureStage } from '../stage.ts';
import { mutualNeighbours } from './mutual-neighbours.ts';

export const mutualNeighboursStage: MeasureStage<'mutualNeighbours'> = {
  name: 'mutual-neighbours',
  title: 'Compare the neighbours of rows',
  unit: 'layers',
  share: 0.5,
  after: 'probes',
  operations: (load) => ({ products: rowProductWork(load) }),
  compute: (_, { parts }, control) => mutualNeighbours(parts.train.activations, control),
};
