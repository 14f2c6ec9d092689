/** Usable information by layer, and the rows of which the full probe tells least. */
import { curveChart, figureId, layerAxis, scorePoint, type CurveChart } from '../../report/chart.ts';
import { counted, dash, decimal, integer } from '../../report/format.ts';
import { constantLayers } from '../../report/layers/single.ts';
import { seedObservations } from '../../report/observation.ts';
import { countCell, numberColumns, textCell, type Table } from '../../report/table.ts';
import { titled, type Report } from '../report.ts';
import type { UsableInformation } from './field.ts';

export const usableInformationReport: Report<UsableInformation> = {
  noun: 'usable information',
  section: 'layers',
  finding({ rows, most, oracle, layers, hardest }, { analysis }) {
    if (rows === 0 || most === null || oracle.mean === null) return '';
    const constant = constantLayers(analysis);
    const [best] = layers.filter(({ layer }) => !constant.has(layer)).toSorted((a, b) => (b.mean ?? 0) - (a.mean ?? 0));
    const single = best?.mean != null ? `, layer ${best.layer} alone ${decimal(best.mean)}` : '';
    const below = oracle.mean < 0 || (best?.mean ?? 0) < 0 ? ' Below 0 a probe misleads.' : '';
    const against = hardest.filter(({ bits }) => bits < 0).length;
    const misled = against === 0 ? '' : ` It speaks against the label of ${rowsText(against, hardest.length)}.`;
    return `Of ${decimal(most)} bits a test row’s label has, the full probe tells ${decimal(oracle.mean)}${single}.${below}${misled}`;
  },
  figures(value, subject) {
    const { title, stem, index } = subject;
    if (value.rows === 0) return [];
    const chart = informationChart(value, `Usable information by layer of ${title}`);
    return [
      {
        id: figureId('usable-information', index),
        title: titled('How much do they tell of a label? (usable information)', subject),
        description: `Bits that a probe gives a row’s own label beyond its share among the train rows, mean over the ${integer(value.rows)} test rows: 0 tells nothing, below 0 misleads. Probes too sure of a wrong label lose many bits.`,
        chart,
        table: informationTable(value),
        stem: `${stem}-usable-information`,
      },
    ];
  },
  observations({ oracle, layers }, { seeds }) {
    const of = { part: 'test', metric: 'usable_information' } as const;
    return [
      ...seedObservations(oracle, seeds, { ...of, kind: 'oracle' }),
      ...layers.flatMap(({ layer, ...own }) => seedObservations(own, seeds, { ...of, kind: 'individual', layer })),
    ];
  },
};

/** The list of the hardest rows ends somewhere. */
function rowsText(count: number, listed: number): string {
  return count === listed ? `at least ${counted(count, 'row')}` : counted(count, 'row');
}

function informationChart({ layers, oracle, most }: UsableInformation, label: string): CurveChart {
  const points = layers.flatMap(({ layer, ...own }) => scorePoint(layer, own));
  const curves = [{ title: 'layer alone', tone: 0, dashed: false, dots: true, points }];
  const levels = [
    { title: 'all layers (oracle)', y: oracle.mean ?? 0, tone: 'ink', line: 'solid' } as const,
    { title: 'all there is', y: most ?? 0, tone: 'soft', line: 'dotted' } as const,
  ];
  const named = { label, yTitle: 'bits a row', unit: 'decimal' } as const;
  return curveChart({ ...named, ...layerAxis, curves, levels, height: 220 }, [-Infinity, Infinity]);
}

function informationTable({ layers, oracle }: UsableInformation): Table {
  const cells = ({ mean, deviation }: UsableInformation['oracle']) =>
    [mean, deviation].map((value) => ({ value, text: value === null ? dash : decimal(value) }));
  return {
    columns: numberColumns('layer', 'bits a row', 'deviation over seeds'),
    rows: [...layers.map((own) => [countCell(own.layer), ...cells(own)]), [textCell('all (oracle)'), ...cells(oracle)]],
  };
}
