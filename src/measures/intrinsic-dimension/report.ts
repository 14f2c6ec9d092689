/** Intrinsic dimension by layer, and where it is highest in a sentence. */
import { figureId } from '../../report/chart.ts';
import { counted, integer, significant } from '../../report/format.ts';
import { layerCurves, layerObservations, layerValueTable, type LayerValues } from '../../report/layer-curves.ts';
import { titled, type Report } from '../report.ts';
import type { IntrinsicDimension } from './field.ts';

export const intrinsicDimensionReport: Report<IntrinsicDimension> = {
  noun: 'the intrinsic dimension',
  section: 'geometry',
  finding({ layers }, { analysis }) {
    // Of few rows an estimate may exceed the neurons, which no layer's vectors can.
    const limit = analysis.shape?.hidden ?? Infinity;
    const found = layers.flatMap((value, layer) => (value === null || value > limit ? [] : [{ value, layer }]));
    if (found.length < 2) return '';
    const most = found.reduce((best, one) => (one.value > best.value ? one : best));
    const last = found[found.length - 1];
    const alike = found.every(({ value }) => significant(value) === significant(most.value));
    if (alike) {
      const all = found.length === layers.length ? 'every layer' : counted(found.length, 'layer');
      return `Rows vary in as many directions in ${all} (intrinsic dimension ${significant(most.value)}).`;
    }
    const peak = `Rows vary in most directions in layer ${most.layer} (intrinsic dimension ${significant(most.value)})`;
    return last === most ? `${peak}.` : `${peak}, in layer ${last.layer} in ${significant(last.value)}.`;
  },
  figures({ rows, layers }, subject) {
    const { title, stem, index } = subject;
    const curves: LayerValues[] = [{ title: 'intrinsic dimension', values: layers }];
    const named = { label: `Intrinsic dimension by layer of ${title}`, yTitle: 'dimension' };
    return [
      {
        id: figureId('intrinsic-dimension', index),
        title: titled('In how many directions do rows vary? (intrinsic dimension)', subject),
        description: `Around each row, by how much farther its second nearest row is than its nearest (TwoNN); on the first ${integer(rows)} rows of the train part.`,
        chart: layerCurves(named, curves, [0, Infinity]),
        table: layerValueTable(curves, 'The layer is the same vector in every row, or has too few rows that differ.'),
        stem: `${stem}-intrinsic-dimension`,
      },
    ];
  },
  observations: ({ layers }) => layerObservations('intrinsic_dimension', layers),
};
