/** CKA between all layers as a matrix, and the most and the least alike in a sentence. */
import { figureId } from '../../report/chart.ts';
import { pairsChart, pairsFinding, pairsTable } from '../../report/layer-pairs.ts';
import { pairObservations } from '../../report/observation.ts';
import type { FieldValues } from '../fields.ts';
import type { Report } from '../report.ts';

const estimates = { biased: 'biased, as usually reported', debiased: 'debiased for the number of rows' } as const;

export const ckaReport: Report<FieldValues['cka']> = {
  section: 'similarity',
  finding: (value, { estimate }) => pairsFinding(value[estimate]),
  figures: (value, { title, stem, compared, estimate, index }) => [
    {
      id: figureId('similarity', index),
      title: compared ? title : 'Similarity of layers (linear CKA)',
      description: `1 where two layers hold the same information up to rotation and scale, 0 where they share none; ${estimates[estimate]}, on the train part.`,
      chart: pairsChart(value[estimate], 'CKA', `CKA between the layers of ${title}`),
      table: pairsTable(value[estimate], 'CKA'),
      stem: `${stem}-cka-${estimate}`,
    },
  ],
  observations: ({ biased, debiased }) => [
    ...pairObservations(biased, 'cka', 'biased'),
    ...pairObservations(debiased, 'cka', 'debiased'),
  ],
};
