/** How far the labels can be compressed by each layer, beside the control task, as curves and in a sentence. */
import { figureId } from '../../report/chart.ts';
import { decimal, integer } from '../../report/format.ts';
import { layerCurves, layerObservations, type LayerValues } from '../../report/layer-curves.ts';
import { constantLayers } from '../../report/layers/single.ts';
import { countCell, missingCell, numberColumns, type Table } from '../../report/table.ts';
import { titled, type Report } from '../report.ts';
import type { CodeLength } from './field.ts';

type Kind = 'bits' | 'control';

export const codeLengthReport: Report<CodeLength> = {
  noun: 'the online code length',
  section: 'layers',
  finding(value, { analysis }) {
    const constant = constantLayers(analysis);
    const found = compressions(value, 'bits').flatMap((factor, layer) =>
      factor === null || constant.has(layer) ? [] : [{ factor, layer }],
    );
    if (found.length === 0) return '';
    const best = found.reduce((most, one) => (one.factor > most.factor ? one : most));
    const control = compressions(value, 'control')[best.layer];
    if (best.factor <= 1) {
      return 'No layer that tells rows apart makes the train labels, sent one after the other, shorter than they are without a probe.';
    }
    const beside = control === null ? '' : `, the control task’s ${decimal(control, 2)} times`;
    return `Sent one after the other, the train labels get shortest by layer ${best.layer}: ${decimal(best.factor, 2)} times shorter than without a probe${beside}.`;
  },
  figures(value, subject) {
    const { title, stem, index } = subject;
    const curves: LayerValues[] = [
      { title: 'the task’s labels', values: compressions(value, 'bits') },
      { title: 'the control task’s', values: compressions(value, 'control') },
    ];
    const named = { label: `Compression of the labels by layer of ${title}`, yTitle: 'compression' };
    return [
      {
        id: figureId('code-length', index),
        title: titled('How easily are the labels learnt? (online code length)', subject),
        description: `Labels are sent in ${integer(value.ends.length)} blocks, each by a probe that is trained on those before it: how many times fewer bits that takes than labels that are all as likely, for the task and for its control task; 1 is nothing learnt.`,
        chart: layerCurves(named, curves, [0, Infinity]),
        table: lengthTable(value),
        stem: `${stem}-code-length`,
      },
    ];
  },
  observations: (value) => [
    ...layerObservations('code_length', lengths(value, 'bits')),
    ...layerObservations('control_code_length', lengths(value, 'control')),
  ],
};

/** In bits, by layer. */
function lengths({ layers }: CodeLength, kind: Kind): number[] {
  return layers.map((layer) => layer[kind].reduce((sum, bits) => sum + bits, 0));
}

/** By layer; null where nothing is sent. */
function compressions(value: CodeLength, kind: Kind): (number | null)[] {
  return lengths(value, kind).map((bits) => (bits > 0 ? value.uniform / bits : null));
}

function lengthTable(value: CodeLength): Table {
  const kinds = ['bits', 'control'] as const;
  const all = kinds.map((kind) => ({ bits: lengths(value, kind), factors: compressions(value, kind) }));
  return {
    columns: numberColumns('layer', 'bits', 'compression', 'bits, control task', 'compression, control task'),
    rows: value.layers.map((_, layer) => [
      countCell(layer),
      ...all.flatMap(({ bits, factors }) => {
        const factor = factors[layer];
        const none = missingCell('There is one label, which takes no bits.');
        return [countCell(bits[layer]), factor === null ? none : { value: factor, text: decimal(factor) }];
      }),
    ]),
  };
}
