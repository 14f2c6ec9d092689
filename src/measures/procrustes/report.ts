/** Orthogonal Procrustes similarity of layers as a matrix, and the most and the least alike in a sentence. */
import { figureId } from '../../report/chart.ts';
import { extremePairs, pairsChart, pairsTable } from '../../report/layer-pairs.ts';
import { pairObservations } from '../../report/observation.ts';
import type { FieldValues } from '../fields.ts';
import { titled, type Report } from '../report.ts';

const quantity = 'Procrustes similarity';

export const procrustesReport: Report<FieldValues['procrustes']> = {
  section: 'similarity',
  finding(value) {
    const extremes = extremePairs(value);
    return extremes === null ? '' : `By rotation alone, ${extremes}.`;
  },
  figures: (value, subject) => [
    {
      id: figureId('procrustes', subject.index),
      title: titled('Layers turned onto each other (orthogonal Procrustes)', subject),
      description:
        '1 where a rotation or reflection makes two layers the same but for their scale, 0 where none brings them nearer; on the first 10,000 rows of the train part at most.',
      chart: pairsChart(value, quantity, `${quantity} of the layers of ${subject.title}`),
      table: pairsTable(value, quantity),
      stem: `${subject.stem}-procrustes`,
    },
  ],
  observations: (value) => pairObservations(value, 'procrustes', 'layer-pair'),
};
