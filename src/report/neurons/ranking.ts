/** The ordering of neurons: every neuron by its place, and the kept ones as a list. */
import { neuronTitle } from '../analysis.ts';
import { figureId, shadedCategories, type Figure, type NeuronsChart } from '../chart.ts';
import { decimal, integer } from '../format.ts';
import { drivenBy, drivingWords, type Answered, type FateMap } from './fates.ts';
import { keptNeurons, type NeuronAnswer } from './question.ts';
import {
  countCell,
  missingCell,
  neuronCell,
  numberColumns,
  textCell,
  textColumn,
  type Cell,
  type Table,
} from '../table.ts';

export function rankingFigure({ result, answer, map }: Answered, index: number, title: string): Figure | null {
  if (!map || answer.kind === 'open' || answer.entry.ordering.length === 0) return null;
  return {
    id: figureId('ranking', index),
    title,
    description:
      'Every neuron by its place in the ordering, from the weights of the probe on all that layers and clusters leave.',
    chart: rankChart(map, `Ranking of the neurons of ${result.title}`),
    get table() {
      return rankTable(map);
    },
    stem: `${result.stem}-ranking`,
  };
}

/** Every neuron by its place in the ordering: which neurons of which layers lead. */
export function rankChart(map: FateMap, label: string): NeuronsChart {
  const { rank, shape } = map;
  const most = rank.reduce((top, place) => Math.max(top, place), 0);
  const limits: number[] = [];
  // Steps grow from the first ten on: those matter most.
  const factor = Math.max(2, (most / 10) ** (1 / 6));
  for (let limit = 10; limit < most; limit = Math.round(limit * factor)) limits.push(limit);
  limits.push(most);
  const titles = limits.map((limit, i) => `${integer((limits[i - 1] ?? 0) + 1)}–${integer(limit)}`);
  return {
    kind: 'neurons',
    label,
    shape,
    categories: [...shadedCategories(titles), { title: 'not ranked', tone: 'faint', glyph: 'bar' }],
    categoryOf: rank.map((place) => (place === 0 ? limits.length : limits.findIndex((limit) => place <= limit))),
    counted: false,
    read(neuron) {
      const words = rank[neuron] > 0 ? `rank ${integer(rank[neuron])}${drivenBy(map, neuron)}` : 'not ranked';
      return `${neuronTitle(neuron, shape.hidden)}: ${words}`;
    },
  };
}

/** The ordering as a list: rank, layer, neuron. */
export function rankTable(map: FateMap): Table {
  const { rank, shape, words } = map;
  const { hidden } = shape;
  const named = words.size > 0;
  const ranked = Array.from(rank.keys()).filter((neuron) => rank[neuron] > 0);
  ranked.sort((a, b) => rank[a] - rank[b]);
  return {
    columns: [...numberColumns('rank', 'layer', 'neuron'), ...(named ? [textColumn('driven by')] : [])],
    rows: ranked.map((neuron) => [
      ...[rank[neuron], Math.floor(neuron / hidden)].map(countCell),
      neuronCell(neuron, hidden),
      ...(named ? [wordsCell(map, neuron)] : []),
    ]),
  };
}

/** The kept neurons, most important first. */
export function keptTable(answer: NeuronAnswer, map: FateMap): Table {
  const { hidden } = map.shape;
  const weights = answer.kind === 'open' ? undefined : answer.entry.weights;
  const rows = keptNeurons(answer, hidden).map((neuron, place) => {
    const label = map.labels?.[neuron] ?? 0;
    const rank = map.rank[neuron] || place + 1;
    const alike =
      label > 0 ? countCell(map.sizes?.[label] ?? 1) : missingCell('Without clustering it stands for itself.');
    const cells = [countCell(rank), countCell(Math.floor(neuron / hidden)), neuronCell(neuron, hidden), alike];
    return [
      ...cells,
      ...(weights ? [weightCell(weights[map.rank[neuron] - 1])] : []),
      ...(map.words.size > 0 ? [wordsCell(map, neuron)] : []),
    ];
  });
  rows.sort((a, b) => Number(a[0]?.value) - Number(b[0]?.value));
  const columns = [
    ...numberColumns('rank', 'layer', 'neuron', 'stands for', ...(weights ? ['largest |w|'] : [])),
    ...(map.words.size > 0 ? [textColumn('driven by')] : []),
  ];
  return { columns, rows };
}

/** Neurons that are named of each class. */
const leadersShown = 10;

/** The neurons that each class leans on most, with |w| in the probe on all that layers and clusters leave. */
export function leaderTable(answer: NeuronAnswer, labels: readonly string[], hidden: number): Table | null {
  const leaders = answer.kind === 'open' ? [] : (answer.entry.leaders ?? []);
  if (leaders.length === 0) return null;
  return {
    columns: [textColumn('label'), ...numberColumns('place', 'layer', 'neuron', '|w|')],
    rows: leaders.flatMap(({ neurons, weights }, k) =>
      neurons
        .slice(0, leadersShown)
        .map((neuron, place) => [
          textCell(labels[k] ?? 'score'),
          ...[place + 1, Math.floor(neuron / hidden)].map(countCell),
          neuronCell(neuron, hidden),
          weightCell(weights[place]),
        ]),
    ),
  };
}

export function weightCell(weight: number | undefined): Cell {
  return weight === undefined ? missingCell('The file does not hold it.') : { value: weight, text: decimal(weight) };
}

function wordsCell(map: FateMap, neuron: number): Cell {
  const words = drivingWords(map, neuron, 10);
  return words === '' ? missingCell('Words were collected for the leading neurons only.') : textCell(words);
}
