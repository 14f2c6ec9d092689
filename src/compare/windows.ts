/**
 * Over how many layers clusters span, pooled over results as the published script for cluster windows does: at one threshold,
 * the clusters of all results together (§5.2 of the paper).
 */
import { noClustering } from '../data/question.ts';
import { sameThreshold } from '../report/neurons/question.ts';
import { windowsTable } from '../report/clusters/tables.ts';
import type { Table } from '../report/table.ts';
import type { ComparedRun } from './run.ts';

export interface PooledClusters {
  threshold: number;
  /** Layers spanned, clusters of each result, and of all. */
  table: Table;
}

/** At the first threshold that every result with clusters has them at; null where there is none. */
export function clustersAtShared(runs: readonly ComparedRun[]): PooledClusters | null {
  const holding = runs.filter(({ analysis }) =>
    analysis.clustering.some(({ threshold }) => threshold !== noClustering),
  );
  const [first] = holding;
  const entryAt = ({ analysis }: ComparedRun, c: number) =>
    analysis.clustering.find(({ threshold }) => sameThreshold(threshold, c));
  const shared = first?.analysis.clustering.find(
    ({ threshold }) => threshold !== noClustering && holding.every((run) => entryAt(run, threshold)),
  );
  if (!shared) return null;
  const { threshold } = shared;
  const windows = holding.map((run) => ({ title: run.title, windows: entryAt(run, threshold)?.windows ?? [] }));
  return { threshold, table: windowsTable(windows) };
}
