/** The numbers behind the figures about neurons, as plain tables for the page and for CSV. */
import type { ScoreName } from '../data/tasks.ts';
import { pooledWindows, type WindowCount } from '../redundancy/windows.ts';
import type { Shape } from '../measures/field.ts';
import { neuronCount } from './analysis.ts';
import type { Split } from './answer.ts';
import type { CurveChart } from './chart.ts';
import { dash, integer, percent, scoreText, valueText } from './format.ts';
import { fates, fateCategories, layerCounts, wordsOf, type FateMap } from './neuron-fates.ts';
import { clusterEnds, type ClusterView, type SizeBin } from './neuron-clusters.ts';
import type { Claim } from './neuron-claims.ts';
import { keptNeurons, leftToChooseFrom, type NeuronAnswer } from './neuron-question.ts';
import { thresholdText } from './neuron-sentences.ts';
import type { ClusteringEntry, SelectionEntry } from '../run/run-file.ts';
import type { Cell, Column, Table } from './tables.ts';

const text = (title: string): Column => ({ title, numeric: false });
const number = (title: string): Column => ({ title, numeric: true });

export function countCell(value: number): Cell {
  return { value, text: integer(value) };
}

function missing(why: string): Cell {
  return { value: null, text: dash, why };
}

function scoreCell(value: number | null | undefined, metric: ScoreName, why: string): Cell {
  return value == null ? missing(why) : { value, text: scoreText(value, metric) };
}

/** Neurons by layer and fate; only fates that occur. */
export function fateTable(map: FateMap): Table {
  const shown = fates.filter((fate) => map.counts[fate] > 0);
  const layers = Array.from({ length: map.shape.layers }, (_, layer) => {
    const counts = layerCounts(map, layer);
    return [countCell(layer), ...shown.map((fate) => countCell(counts[fate])), countCell(map.shape.hidden)];
  });
  const sums = shown.map((fate) => countCell(map.counts[fate]));
  return {
    columns: [number('layer'), ...shown.map((fate) => number(fateCategories[fate].title)), number('neurons')],
    rows: [...layers, [{ value: 'all', text: 'all' }, ...sums, countCell(neuronCount(map.shape))]],
  };
}

/** A curve chart's points: a row an x, a column a curve. */
export function curveTable(chart: CurveChart): Table {
  const xs = [...new Set(chart.curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const deviations = chart.curves.map(({ points }) => points.some(({ deviation }) => deviation > 0));
  const columns = chart.curves.flatMap(({ title }, i) => [
    number(title),
    ...(deviations[i] ? [number(`${title} ±`)] : []),
  ]);
  const rows = xs.map((x) => {
    const cells = chart.curves.flatMap(({ points }, i) => {
      const point = points.find((one) => one.x === x);
      const why = 'This curve has no point here.';
      const y = point ? { value: point.y, text: valueText(point.y, chart.unit) } : missing(why);
      const deviation = point ? { value: point.deviation, text: valueText(point.deviation, chart.unit) } : missing(why);
      return deviations[i] ? [y, deviation] : [y];
    });
    return [{ value: x, text: Number.isInteger(x) ? integer(x) : String(Number(x.toFixed(4))) }, ...cells];
  });
  return { columns: [number(chart.xTitle), ...columns], rows };
}

export function windowsTable(runs: readonly { title: string; windows: readonly WindowCount[] }[]): Table {
  const pooled = pooledWindows(runs.map(({ windows }) => windows));
  const rows = pooled.map(({ window, clusters }, i) => [
    countCell(window),
    ...runs.map(({ windows }) => countCell(windows[i]?.clusters ?? 0)),
    ...(runs.length > 1 ? [countCell(clusters)] : []),
  ]);
  const columns = [number('layers spanned'), ...runs.map(({ title }) => number(title))];
  return { columns: runs.length > 1 ? [...columns, number('pooled')] : columns, rows };
}

/** Clusters of all `total` neurons at each threshold with the score of one neuron a cluster. */
export function clusteringTable(
  entries: readonly ClusteringEntry[],
  total: number,
  metric: ScoreName | null,
  split: Split,
): Table {
  return {
    columns: [number('c'), number('clusters'), number('remain'), number('constant'), number('score')],
    rows: entries.map((entry) => {
      const share = entry.clusters / Math.max(1, total);
      const score = metric === null ? null : entry[split]?.[metric]?.mean;
      return [
        { value: entry.threshold, text: thresholdText(entry.threshold) },
        countCell(entry.clusters),
        { value: share, text: percent(share) },
        countCell(entry.constantNeurons),
        scoreCell(score, metric ?? 'accuracy', 'No probe was trained at this threshold, or not yet.'),
      ];
    }),
  };
}

export function sizeBinTable(bins: readonly SizeBin[]): Table {
  return {
    columns: [text('neurons a cluster'), number('clusters'), number('neurons in them')],
    rows: bins.map(({ title, clusters, neurons }) => [
      { value: title, text: title },
      countCell(clusters),
      countCell(neurons),
    ]),
  };
}

/** The kept neurons, most important first. */
export function keptTable(answer: NeuronAnswer, map: FateMap): Table {
  const { hidden } = map.shape;
  const rows = keptNeurons(answer, hidden).map((neuron, place) => {
    const label = map.labels?.[neuron] ?? 0;
    const rank = map.rank[neuron] || place + 1;
    const alike = label > 0 ? countCell(map.sizes?.[label] ?? 1) : missing('Without clustering it stands for itself.');
    const cells = [countCell(rank), countCell(Math.floor(neuron / hidden)), countCell(neuron % hidden), alike];
    return map.words.size > 0 ? [...cells, wordsCell(map, neuron)] : cells;
  });
  rows.sort((a, b) => Number(a[0]?.value) - Number(b[0]?.value));
  const columns = [number('rank'), number('layer'), number('neuron'), number('stands for')];
  return { columns: map.words.size > 0 ? [...columns, text('driven by')] : columns, rows };
}

function wordsCell(map: FateMap, neuron: number): Cell {
  const words = wordsOf(map, neuron, 10);
  return words === '' ? missing('Words were collected for the leading neurons only.') : { value: words, text: words };
}

/** Every selection of a result: what was asked, what was enough, what it scores. */
export function selectionTable(
  shape: Shape | null,
  entries: readonly SelectionEntry[],
  metric: ScoreName,
  split: Split,
): Table {
  const total = shape ? neuronCount(shape) : 0;
  return {
    columns: [
      number('layers may lose'),
      number('neurons may lose'),
      number('c'),
      number('layers'),
      number('left to choose from'),
      number('enough'),
      number('of all'),
      number('score'),
    ],
    rows: entries.map((entry) => {
      const { deltas, threshold, topLayer, minimalSet } = entry;
      const share = minimalSet.size / Math.max(1, total);
      return [
        { value: deltas.layers, text: `${deltas.layers}\u202f%` },
        { value: deltas.neurons, text: `${deltas.neurons}\u202f%` },
        { value: threshold, text: thresholdText(threshold) },
        { value: topLayer, text: topLayer === 0 ? '0' : `0–${topLayer}` },
        countCell(leftToChooseFrom(entry)),
        countCell(minimalSet.size),
        { value: share, text: percent(share) },
        scoreCell(minimalSet[split][metric]?.mean, metric, 'This selection has no such score.'),
      ];
    }),
  };
}

export function claimTable(own: readonly { title: string; claims: readonly Claim[] }[]): Table {
  const [first] = own;
  const compared = own.length > 1;
  const columns = own.flatMap(({ title }) => [
    number(compared ? title : 'yours'),
    text(compared ? `${title}, how` : 'how it was found'),
  ]);
  const rows = (first?.claims ?? []).map((claim, i) => [
    { value: claim.title, text: claim.title },
    { value: claim.paper, text: claim.paperText.replace(' %', '\u202f%') },
    ...own.flatMap(({ claims }): Cell[] => {
      const one = claims[i];
      if (!one || one.yours === null)
        return [missing(one?.basis ?? 'not known'), { value: one?.basis ?? '', text: one?.basis ?? '' }];
      return [
        { value: one.yours, text: percent(one.yours) },
        { value: one.basis, text: one.basis },
      ];
    }),
  ]);
  return { columns: [text('share'), number('the paper'), ...columns], rows };
}

/** Clusters largest first: how many neurons of which layers. */
export function clusterTable(view: ClusterView): Table {
  const { sizes } = view;
  const { first, last } = clusterEnds(view);
  const clusters = Array.from({ length: sizes.length - 1 }, (_, i) => i + 1).sort(
    (a, b) => sizes[b] - sizes[a] || a - b,
  );
  return {
    columns: [number('cluster'), number('neurons'), number('first layer'), number('last layer')],
    rows: clusters.map((label) => [label, sizes[label], first[label], last[label]].map(countCell)),
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
    columns: [number('rank'), number('layer'), number('neuron'), ...(named ? [text('driven by')] : [])],
    rows: ranked.map((neuron) => [
      ...[rank[neuron], Math.floor(neuron / hidden), neuron % hidden].map(countCell),
      ...(named ? [wordsCell(map, neuron)] : []),
    ]),
  };
}
