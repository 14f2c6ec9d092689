/** The stage `clusters`: the dendrogram of all neurons, cut at the thresholds that were asked for or at all of them. */
import type { Progress } from '../../base/abort.ts';
import { splits } from '../../data/scores.ts';
import { splitSeed } from '../../data/split.ts';
import { trainingLength } from '../../probe/operations.ts';
import type { TrainedLayers } from '../../probe/layer-probes.ts';
import { Clusterer, drawsAfterSplit } from '../../redundancy/clusterer.ts';
import { clusteringSweep, sweepThresholds } from '../../redundancy/clustering-sweep.ts';
import { noClustering } from '../../data/question.ts';
import { correlationDistances } from '../../redundancy/correlation.ts';
import type { NeuronProducts } from '../../redundancy/neuron-products.ts';
import { windows } from '../../redundancy/windows.ts';
import type { ClusteringEntry } from '../../run/run-file.ts';
import { secondsOf } from '../../run/stage.ts';
import { foundEvent } from '../contract.ts';
import type { TrainedRun, Context, PreparedParts } from './context.ts';
import { inShares } from './shares.ts';
import { clusterWork, clusters, usualRates } from './stage-table.ts';

/**
 * Sends the dendrogram as soon as it is there: from then on a threshold can be dragged. Progress counts thousandths.
 * @param products become the distances.
 * @returns entries with scores where the sweep was chosen.
 */
export async function clusterNeurons(
  context: Context,
  prepared: PreparedParts,
  layers: TrainedLayers,
  products: NeuronProducts,
): Promise<{ clusterer: Clusterer; entries: ClusteringEntry[] }> {
  const { stages, runOptions } = context;
  const { activations } = prepared.parts.train;
  const { rows, hidden } = activations;
  return stages.run(clusters, { rows }, async (progress) => {
    const outputs = prepared.options.classes ?? 1;
    const { seeds, batchSize, sweep: scored } = runOptions;
    const { epochs, passes } = trainingLength(runOptions);
    const analysed = splits.reduce((sum, split) => sum + prepared.parts[split].labels.length, 0);
    const load = { layers: activations.layers - 1, hidden, outputs, seeds, epochs, passes, batchSize, sweep: scored };
    const work = clusterWork({ ...load, rows: { train: rows, analysed } });
    const rates = usualRates(context.devices.report);
    const shares = inShares(progress, {
      linkage: secondsOf(work.linkage, rates),
      sweep: secondsOf(work.sweep, rates),
    });
    const correlation = await correlationDistances(products);
    const source = { protocol: runOptions.protocol, hidden, draws: drawsAfterSplit(splitSeed, prepared.splitRows) };
    const clusterer = new Clusterer(correlation, source);
    const { linkage, neurons } = await clusterer.dendrogram(activations.layers - 1, { progress: shares.linkage });
    stages.report({ kind: 'clusters', live: { linkage, neurons, layers: activations.layers, hidden } });
    const clustered = { ...prepared, layers, clusterer };
    const entries = runOptions.sweep
      ? await sweep(context, clustered, shares.sweep)
      : await cut(clustered, runOptions.thresholds);
    stages.report(foundEvent('clustering', entries));
    return { clusterer, entries };
  });
}

/** The same draws each time, so that a stage that is done again, or a question asked later, finds the same neurons. */
export function freshDraws({ clusterer, splitRows }: Pick<TrainedRun, 'clusterer' | 'splitRows'>): Clusterer {
  return clusterer.drawingFrom(drawsAfterSplit(splitSeed, splitRows));
}

function sweep(
  { stages, devices }: Context,
  trained: Omit<TrainedRun, 'searches'>,
  progress: Progress,
): Promise<ClusteringEntry[]> {
  const { parts, layers, options } = trained;
  return devices.compute((device) => {
    const entries = new Map<number, ClusteringEntry>();
    const clustered = (entry: ClusteringEntry): void => {
      entries.set(entry.threshold, entry);
      stages.report(foundEvent('clustering', [...entries.values()]));
    };
    const input = { parts, layers, clusterer: freshDraws(trained) };
    return clusteringSweep(device, input, sweepThresholds, options, { progress, clustered });
  });
}

/** Clusters alone: nothing is trained. */
async function cut(trained: Omit<TrainedRun, 'searches'>, thresholds: readonly number[]): Promise<ClusteringEntry[]> {
  const { activations } = trained.parts.train;
  const clusterer = freshDraws(trained);
  const entries: ClusteringEntry[] = [];
  for (const threshold of thresholds.filter((value) => value !== noClustering)) {
    const { labels, representatives, constantNeurons } = await clusterer.at(activations.layers - 1, threshold);
    entries.push({
      threshold,
      clusters: representatives.length,
      labels: [...labels],
      representatives: [...representatives],
      constantNeurons,
      windows: windows(labels, activations),
    });
  }
  return entries;
}
