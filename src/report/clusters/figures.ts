/** Charts of clusters of neurons: how many there are at each c, how large they are, which layers they span. */
import { noClustering, type Question } from '../../data/question.ts';
import type { WindowCount } from '../../redundancy/windows.ts';
import { neuronTitle, type NamedAnalysis } from '../analysis.ts';
import {
  figureId,
  shadedCategories,
  type BarChart,
  type CurveChart,
  type Figure,
  type NeuronsChart,
  curveTable,
} from '../chart.ts';
import { clusterTable, sizeBinTable, windowsTable } from './tables.ts';
import { clusterCurve, clusterEnds, sizeBins, type ClusterTree, type ClusterView, type SizeBin } from './view.ts';
import { clustersFinding, thresholdWords } from './words.ts';
import { integer, listed } from '../format.ts';

/** Clusters against c, as a share of all neurons so that runs can be compared. */
function clusterChart(
  runs: readonly { title: string; total: number; curve: readonly { threshold: number; clusters: number }[] }[],
  label: string,
): CurveChart {
  const curves = runs.map(({ title, total, curve }, tone) => ({
    title,
    tone,
    dashed: false,
    dots: curve.length < 30,
    points: curve.map(({ threshold, clusters }) => ({ x: threshold, y: clusters / Math.max(1, total), deviation: 0 })),
  }));
  const titles = { label, xTitle: 'c, largest distance in a cluster', yTitle: 'clusters, % of neurons' };
  const axes = { scale: 'linear', unit: 'share', height: 220 } as const;
  return { kind: 'curve', ...titles, ...axes, curves, xDomain: [0, 1], yDomain: [0, 1] };
}

/** How many layers clusters span: stacked over runs. */
function windowsChart(runs: readonly { title: string; windows: readonly WindowCount[] }[]): BarChart {
  const widest = Math.max(1, ...runs.map(({ windows }) => windows.length));
  const steps = Array.from({ length: widest }, (_, i) => i);
  return {
    ...clusterBars,
    label: 'Clusters by the number of layers they span',
    xTitle: 'layers from a cluster’s first to its last',
    groups: steps.map((i) => String(i + 1)),
    bars: runs.map(({ title, windows }, tone) => {
      return { title, tone, values: steps.map((i) => windows[i]?.clusters ?? 0) };
    }),
  };
}

const clusterBars = { kind: 'bars', layout: 'stacked', yTitle: 'clusters', unit: 'count' } as const;

function clusterSizesChart(bins: readonly SizeBin[]): BarChart {
  return {
    ...clusterBars,
    label: 'Clusters by their number of neurons',
    xTitle: 'neurons a cluster',
    groups: bins.map((bin) => bin.title),
    bars: [{ title: 'clusters', tone: 0, values: bins.map((bin) => bin.clusters) }],
  };
}

/** Every neuron by how many layers its cluster spans: alone, within its layer, or with neurons of other layers. */
export function clusterMap(view: ClusterView, label: string): NeuronsChart {
  const { labels, sizes, layers, hidden } = view;
  const { first, last } = clusterEnds(view);
  /** 0 set aside, 1 alone, 2 with others of its layer, 3 … spanning 2, 3 … layers. */
  const categoryOf = labels.map((cluster) => {
    if (cluster === 0) return 0;
    return sizes[cluster] === 1 ? 1 : 2 + last[cluster] - first[cluster];
  });
  const widest = Math.max(2, ...new Set(categoryOf)) - 1;
  const steps = Array.from({ length: widest }, (_, i) => i + 1);
  return {
    kind: 'neurons',
    label,
    shape: { layers, hidden },
    categories: [
      { title: 'constant, set aside', tone: 'faint', glyph: 'ring' },
      { title: 'stands alone', tone: 'faint', glyph: 'dot' },
      ...shadedCategories(steps.map((layers) => (layers === 1 ? 'within its layer' : `${layers} layers`))),
    ],
    categoryOf,
    counted: true,
    read(neuron) {
      const cluster = labels[neuron];
      const place = neuronTitle(neuron, hidden);
      if (cluster === 0) return `${place}: one value in every row, set aside`;
      if (sizes[cluster] === 1) return `${place}: stands alone`;
      const [from, to] = [first[cluster], last[cluster]];
      const span = from === to ? `layer ${from}` : `layers ${from}–${to}`;
      return `${place}: cluster ${integer(cluster)}, ${integer(sizes[cluster])} neurons of ${span}`;
    },
  };
}

/** A result with the clusters that are shown of it. */
export interface Clustered {
  result: NamedAnalysis;
  question: Pick<Question, 'threshold'>;
  /** Null where any threshold can be had. */
  thresholds: readonly number[] | null;
  tree: ClusterTree | null;
  stored: readonly ClusterView[];
  clusters: ClusterView | null;
}

export interface ClusterFigures {
  findings: string[];
  curve: (Figure & { chart: CurveChart }) | null;
  /** Of all results together, and of the first. */
  counts: Figure[];
  maps: Figure[];
}

/** Which neurons say the same. @param results of all open ones, those without clusters too. */
export function clusterFigures(shown: readonly Clustered[], results: number): ClusterFigures {
  if (shown.length === 0) return { findings: [noClusters], curve: null, counts: [], maps: [] };
  const compared = results > 1;
  const views = shown.flatMap(({ result, clusters }) => (clusters ? [{ ...result, view: clusters }] : []));
  const [{ result, question }] = shown;
  const findings = views.map(({ title, view }) => (compared ? `${title}: ` : '') + clustersFinding(view));
  if (findings.length === 0) findings.push(noClustersAt(question, shown[0].stored));
  const pooled = compared ? `, ${views.length} of ${results} results` : '';
  const basis = thresholdWords(question) + pooled;
  return {
    findings,
    curve: curveFigure(shown, findings[0]),
    counts: views[0] ? [windowsFigure(views, result.stem, compared, basis), sizesFigure(views[0], compared)] : [],
    maps: views.map(({ title, stem, view }, index) => ({
      id: figureId('cluster-map', index),
      title: compared ? `Where clusters lie · ${title}` : 'Where clusters lie',
      description: 'Every neuron by how many layers its cluster spans, from its first to its last.',
      chart: clusterMap(view, `Clusters over the layers of ${title}`),
      get table() {
        return clusterTable(view);
      },
      stem: `${stem}-cluster-map`,
    })),
  };
}

/** Of a file; a dendrogram has clusters at every threshold. */
function noClustersAt({ threshold }: Pick<Question, 'threshold'>, stored: readonly ClusterView[]): string {
  if (threshold !== noClustering) return `This result holds no clusters ${thresholdWords({ threshold })}.`;
  const others = stored.filter((view) => view.threshold !== noClustering);
  const where =
    others.length > 0 ? ` Move the slider above to see clusters ${listed(others.map(thresholdWords))}.` : '';
  return `Without clustering every neuron stands for itself.${where}`;
}

const noClusters =
  'This result was made before Winnow looked at neurons, or holds no clusters: run it again to see them.';

function curveFigure(shown: readonly Clustered[], finding: string): ClusterFigures['curve'] {
  const curves = shown.map(({ result: { title }, tree, stored }) => ({
    title,
    total: tree?.width ?? stored[0]?.labels.length ?? 1,
    curve: clusterCurve(tree ?? stored),
  }));
  if (curves.every(({ curve }) => curve.length < 2)) return null;
  const [{ result, thresholds }] = shown;
  const chart = clusterChart(curves, `Clusters against c. ${finding}`);
  const handle = thresholds
    ? 'From a file: the handle moves between the thresholds in it.'
    : 'Drag the handle or the slider above.';
  return {
    id: 'cluster-curve',
    title: 'Clusters against c',
    description: 'Neurons whose |r| is at least 1 − c on average count as one.',
    hint: handle,
    chart,
    table: curveTable(chart),
    stem: `${result.stem}-clusters-by-c`,
  };
}

type NamedView = NamedAnalysis & { view: ClusterView };

function windowsFigure(views: readonly NamedView[], stem: string, compared: boolean, basis: string): Figure {
  const windows = views.map(({ title, view }) => ({ title: compared ? title : 'clusters', windows: view.windows }));
  return {
    id: 'windows',
    title: `How many layers clusters span${compared ? ', pooled' : ''}`,
    description: `A cluster of one layer has window 1; ${basis}.`,
    chart: windowsChart(windows),
    table: windowsTable(windows),
    stem: `${stem}-windows`,
  };
}

function sizesFigure({ title, stem, view }: NamedView, compared: boolean): Figure {
  const bins = sizeBins(view.sizes);
  const largest = view.sizes.subarray(1).reduce((most, size) => Math.max(most, size), 0);
  return {
    id: 'cluster-sizes',
    title: compared ? `How large clusters are · ${title}` : 'How large clusters are',
    description: `Clusters by the number of neurons in them, in steps that double; the largest holds ${integer(largest)}.`,
    chart: clusterSizesChart(bins),
    table: sizeBinTable(bins),
    stem: `${stem}-cluster-sizes`,
  };
}
