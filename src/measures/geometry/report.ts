/** How the layers are built: curves by layer, the angles between layers, the block that can best be left out, outliers. */
import { figureId, type Figure } from '../../report/chart.ts';
import { decimal } from '../../report/format.ts';
import { blockChart, blockFinding, blockTable, cutTops } from '../../report/layer-blocks.ts';
import { layerCurves, layerObservations, layerValueTable, type LayerValues } from '../../report/layer-curves.ts';
import { pairsChart, pairsTable } from '../../report/layer-pairs.ts';
import { pairObservations, type Observation } from '../../report/observation.ts';
import { outlierFinding, outliersOf } from '../../report/outliers.ts';
import { countCell, missingCell, neuronCell, numberColumns, type Cell, type Table } from '../../report/table.ts';
import { titled, type Report, type Subject } from '../report.ts';
import { bestBlocks, type Geometry } from './field.ts';

const constant = 'The layer is the same vector in every row.';
const noDirection = 'All vectors are zero, which have no direction.';

export const geometryReport: Report<Geometry> = {
  noun: 'the geometry of layers',
  section: 'geometry',
  finding: (value, { analysis }) =>
    [
      influenceFinding(value),
      blockFinding(bestBlocks(value.angularDistance), cutTops(analysis)),
      outlierFinding(value, outliersOf(value, analysis)),
    ]
      .filter((text) => text !== '')
      .join(' '),
  figures: (value, subject) => [
    ...stepFigures(value, subject),
    ...spreadFigures(value, subject),
    anisotropyFigure(value, subject),
  ],
  observations: observationsOf,
};

/** Which layer does least, and which most. */
function influenceFinding({ blockInfluence }: Geometry): string {
  const steps = blockInfluence.flatMap((value, step) => (value === null ? [] : [{ value, layer: step + 1 }]));
  if (steps.length < 2) return '';
  const least = steps.reduce((best, one) => (one.value < best.value ? one : best));
  const most = steps.reduce((best, one) => (one.value > best.value ? one : best));
  const shown = decimal(most.value);
  if (shown === decimal(least.value)) return `All layers change the vectors alike (block influence ${shown}).`;
  return `Layer ${least.layer} changes the vectors least (block influence ${decimal(least.value)}), layer ${most.layer} most (${decimal(most.value)}).`;
}

/** What layers do to the vectors: one by one, every pair, the best block of every length. */
function stepFigures(value: Geometry, subject: Subject): Figure[] {
  const { title, stem, index, analysis } = subject;
  const steps: LayerValues[] = [{ title: 'block influence', values: value.blockInfluence, first: 1 }];
  const { angularDistance } = value;
  const distances = pairsChart(angularDistance, 'angular distance', `Angular distance between the layers of ${title}`);
  const most = Math.max(...angularDistance.flatMap((row) => row.map((one) => one ?? 0)));
  const blocks = bestBlocks(angularDistance);
  const tops = cutTops(analysis);
  return [
    {
      id: figureId('block-influence', index),
      title: titled('What does each layer change? (block influence)', subject),
      description:
        'One less the mean cosine of a row’s vectors before and after the layer: 0 where it turns none. Of the vectors that stand for a row; published figures average over all tokens.',
      chart: layerCurves({ label: `Block influence of ${title}`, yTitle: 'block influence' }, steps, [0, 2]),
      table: layerValueTable(steps, noDirection),
      stem: `${stem}-block-influence`,
    },
    {
      id: figureId('angular-distance', index),
      title: titled('How far do layers turn the vectors? (angular distance)', subject),
      description:
        'Mean angle between a row’s vectors of two layers, over π: 0 where they point the same way, 0.5 at right angles, 1 where they point apart; on the train part.',
      chart: { ...distances, domain: [0, Math.max(0.5, most)], missing: 'one of them is zero in every row' },
      table: pairsTable(angularDistance, 'angular distance'),
      stem: `${stem}-angular-distance`,
    },
    {
      id: figureId('best-blocks', index),
      title: titled('Which layers could be left out in one piece?', subject),
      description:
        'Of every length the layers that turn the vectors least; lines stand where LayerSelector leaves out as many at the top, for a loss in per cent. The angle alone does not say what it costs.',
      chart: blockChart(blocks, tops, `Angular distance of the best block of ${title} by its length`),
      table: blockTable(blocks, tops, angularDistance),
      stem: `${stem}-best-blocks`,
    },
  ];
}

/** In how many directions vectors spread. */
function spreadFigures({ participationRatio, effectiveRank, matrixEntropy }: Geometry, subject: Subject): Figure[] {
  const { title, stem, index } = subject;
  const sizes: LayerValues[] = [
    { title: 'effective rank', values: effectiveRank },
    { title: 'participation ratio', values: participationRatio },
  ];
  const entropy: LayerValues[] = [{ title: 'matrix entropy', values: matrixEntropy }];
  return [
    {
      id: figureId('layer-directions', index),
      title: titled('In how many directions do the vectors spread?', subject),
      description:
        'Participation ratio counts the directions that hold the variance, effective rank small ones too: 1 where all lie on a line, as many as neurons where all directions are alike; on the train part.',
      chart: layerCurves({ label: `Directions by layer of ${title}`, yTitle: 'directions' }, sizes, [0, Infinity]),
      table: layerValueTable(sizes, constant),
      stem: `${stem}-layer-directions`,
    },
    {
      id: figureId('matrix-entropy', index),
      title: titled('How evenly do they spread? (matrix entropy)', subject),
      description:
        'Of the centred vectors set to length 1: 0 where all lie on a line, 1 where all directions are alike; on the train part.',
      chart: layerCurves({ label: `Matrix entropy by layer of ${title}`, yTitle: 'matrix entropy' }, entropy, [0, 1]),
      table: layerValueTable(entropy, constant),
      stem: `${stem}-matrix-entropy`,
    },
  ];
}

function anisotropyFigure({ anisotropy }: Geometry, subject: Subject): Figure {
  const { title, stem, index, analysis } = subject;
  const curves: LayerValues[] = [
    { title: 'all neurons', values: anisotropy.map(({ mean }) => mean) },
    { title: 'the neuron with the largest part', values: anisotropy.map(({ neurons }) => neurons[0]?.part ?? null) },
  ];
  return {
    id: figureId('anisotropy', index),
    title: titled('Do all vectors point the same way? (anisotropy)', subject),
    description:
      'Mean cosine of two different rows: near 1 where all vectors point alike. Each neuron has a part in it, and the parts add up; the table has the five largest, with their share of the layer’s variance.',
    chart: layerCurves({ label: `Anisotropy by layer of ${title}`, yTitle: 'mean cosine' }, curves, [-1, 1]),
    table: partTable(anisotropy, analysis.shape?.hidden ?? null),
    stem: `${stem}-anisotropy`,
  };
}

/** A row a neuron that carries anisotropy, layer by layer. */
function partTable(anisotropy: Geometry['anisotropy'], hidden: number | null): Table {
  const none = missingCell('Fewer than two rows have a direction here.');
  const number = (value: number | null, why: string): Cell =>
    value === null ? missingCell(why) : { value, text: decimal(value) };
  return {
    columns: numberColumns('layer', 'anisotropy', 'neuron', 'its part', 'its share of the variance'),
    rows: anisotropy.flatMap(({ mean, neurons }, layer) => {
      if (mean === null) return [[countCell(layer), none, none, none, none]];
      return neurons.map(({ index, part, variance }) => [
        ...[countCell(layer), number(mean, '')],
        hidden === null ? countCell(index) : neuronCell(layer * hidden + index, hidden),
        ...[number(part, ''), number(variance, constant)],
      ]);
    }),
  };
}

function observationsOf(value: Geometry): Observation[] {
  return [
    ...layerObservations('block_influence', value.blockInfluence, 1),
    ...layerObservations('participation_ratio', value.participationRatio),
    ...layerObservations('effective_rank', value.effectiveRank),
    ...layerObservations('matrix_entropy', value.matrixEntropy),
    ...layerObservations(
      'anisotropy',
      value.anisotropy.map(({ mean }) => mean),
    ),
    ...pairObservations(value.angularDistance, 'angular_distance', 'layer-pair'),
  ];
}
