/** Shared neighbours of layers as a matrix, and the most and the least alike in a sentence. */
import { figureId } from '../../report/chart.ts';
import { integer } from '../../report/format.ts';
import { extremePairs, pairsChart, pairsTable } from '../../report/layer-pairs.ts';
import { pairObservations } from '../../report/observation.ts';
import { titled, type Report } from '../report.ts';
import type { MutualNeighbours } from './field.ts';

const quantity = 'share of common neighbours';

export const mutualNeighboursReport: Report<MutualNeighbours> = {
  noun: 'common neighbours',
  section: 'similarity',
  finding({ shares }) {
    const extremes = extremePairs(shares);
    return extremes === null ? '' : `By the nearest rows, ${extremes}.`;
  },
  figures: ({ rows, nearest, shares }, subject) => [
    {
      id: figureId('mutual-neighbours', subject.index),
      title: titled('Rows that are near each other (mutual nearest neighbours)', subject),
      description: `Of the ${integer(nearest)} nearest rows of each row by cosine, the mean share that two layers have in common: 1 where all are the same; on the first ${integer(rows)} rows of the train part.`,
      chart: pairsChart(shares, quantity, `Common neighbours of the layers of ${subject.title}`),
      table: pairsTable(shares, quantity),
      stem: `${subject.stem}-mutual-neighbours`,
    },
  ],
  observations: ({ shares }) => pairObservations(shares, 'mutual_neighbours', 'layer-pair'),
};
