/** The numbers behind the figures about clusters. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { pooledWindows, type WindowCount } from '../../redundancy/windows.ts';
import { clusterEnds, type ClusterView, type SizeBin } from './view.ts';
import { thresholdText } from './words.ts';
import { percent } from '../format.ts';
import { countCell, numberColumns, scoreCell, textCell, textColumn, type Table } from '../table.ts';
import type { ClusteringEntry } from '../../run/run-file.ts';

export function windowsTable(runs: readonly { title: string; windows: readonly WindowCount[] }[]): Table {
  const pooled = pooledWindows(runs.map(({ windows }) => windows));
  const compared = runs.length > 1;
  const counts = pooled.map(({ window, clusters }, i) => {
    const numbers = [window, ...runs.map(({ windows }) => windows[i]?.clusters ?? 0)];
    return compared ? [...numbers, clusters] : numbers;
  });
  const titles = ['layers spanned', ...runs.map(({ title }) => title), ...(compared ? ['pooled'] : [])];
  return { columns: numberColumns(...titles), rows: counts.map((numbers) => numbers.map(countCell)) };
}

/** Clusters of all `total` neurons at each threshold with the score of one neuron a cluster. */
export function clusteringTable(
  entries: readonly ClusteringEntry[],
  total: number,
  metric: ScoreName | null,
  split: Split,
): Table {
  return {
    columns: numberColumns('c', 'clusters', 'remain', 'constant', 'score'),
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
    columns: [textColumn('neurons a cluster'), ...numberColumns('clusters', 'neurons in them')],
    rows: bins.map(({ title, clusters, neurons }) => [textCell(title), countCell(clusters), countCell(neurons)]),
  };
}

/** Clusters largest first: how many neurons of which layers. */
export function clusterTable(view: ClusterView): Table {
  const { sizes } = view;
  const { first, last } = clusterEnds(view);
  const clusters = Array.from({ length: sizes.length - 1 }, (_, i) => i + 1).sort(
    (a, b) => sizes[b] - sizes[a] || a - b,
  );
  return {
    columns: numberColumns('cluster', 'neurons', 'first layer', 'last layer'),
    rows: clusters.map((label) => [label, sizes[label], first[label], last[label]].map(countCell)),
  };
}
