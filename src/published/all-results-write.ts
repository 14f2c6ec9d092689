/**
 * A run in the published layout of `all_results.json` (protocols.md §9): the mean over seeds of the run's score, by class
 * where the run has it. What the published pipeline would not have tried, sizes past the first that is enough, is left out.
 */
import type { Split } from '../data/scores.ts';
import { paperSplit } from '../data/split.ts';
import { noClustering } from '../data/question.ts';
import { overall, type PipelineResults, type PublishedProbe, type PublishedSelection } from './all-results-schema.ts';
import { pythonJson } from './python-json.ts';
import type { RunFile, SelectionEntry, SplitScores } from '../run/run-file.ts';

/** The text of the file. */
export function allResultsText(run: RunFile): string {
  return pythonJson(allResultsOf(run));
}

export function allResultsOf(run: RunFile): PipelineResults {
  const probe = (name: string, scores: SplitScores) => publishedProbe(name, scores, run);
  const baseline = probe('baseline', run.oracle);
  const { individual, concatenated } = run.layers;
  const last = concatenated.length - 1;
  const { train, dev } = run.data.instances;
  const split = paperSplit(train + dev);
  const selection: PipelineResults['selection'] = {};
  for (const entry of run.selection ?? []) {
    const key = `selection-${entry.deltas.layers}-${entry.deltas.neurons}`;
    const top = probe('', concatenated[entry.topLayer]);
    selection[key] ??= {
      selected_top_layer: {
        selected_top_layer: entry.topLayer,
        train_score: top.train_scores[overall],
        dev_score: top.dev_scores[overall],
        test_score: top.test_scores[overall],
      },
      neuron_selection: {},
    };
    selection[key].neuron_selection[thresholdKey(entry.threshold)] = neuronSelection(entry, run);
  }
  return {
    data_split: { all_idx: [...split.order], train_idx: [...split.train], dev_idx: [...split.dev] },
    baseline,
    independent_layerwise: individual.map((scores, layer) => probe(`layer-${layer}`, scores)),
    incremental_layerwise: concatenated.map((scores, layer) =>
      layer === last ? { ...baseline, name: `layer-${layer}` } : probe(`layer-0->${layer}`, scores),
    ),
    selection,
  };
}

/** Two decimals, as published, where they say it all. */
function thresholdKey(threshold: number): string {
  if (threshold === noClustering) return 'no-clustering';
  const short = threshold.toFixed(2);
  return `clustering-${Number(short) === threshold ? short : threshold}`;
}

function neuronSelection(entry: SelectionEntry, run: RunFile): PublishedSelection {
  const { threshold, labels, representatives, minimalSet } = entry;
  const places = representatives && new Map(representatives.map((neuron, place) => [neuron, place]));
  const placeOf = (neuron: number) => places?.get(neuron) ?? neuron;
  const base = publishedProbe('neuron-selection-base', entry.base, run);
  const all = entry.sizes[entry.sizes.length - 1].neurons;
  const tried = entry.sizes.filter(({ neurons }) => neurons <= minimalSet.size && neurons < all);
  return {
    ...(threshold === noClustering ? {} : { clustering_threshold: threshold }),
    ...(labels && { clusters: labels }),
    ...(representatives && { independent_neurons: representatives }),
    base_results: base,
    ordering: entry.ordering.map(placeOf),
    minimal_neuron_set_size: minimalSet.size,
    minimal_neuron_set: minimalSet.neurons.map(({ layer, index }) => placeOf(layer * run.model.hidden + index)),
    [`selected-${all}`]: base,
    ...Object.fromEntries(
      tried
        .map(({ neurons, ...scores }) => publishedProbe(`selected-${neurons}`, scores, run))
        .map((probe) => [probe.name, probe]),
    ),
  };
}

function publishedProbe(name: string, scores: SplitScores, { metric, data }: RunFile): PublishedProbe {
  const of = (split: Split) => {
    const classes = data.labels.map((label, k): [string, number | null] => [label, scores.classes?.[split][k] ?? null]);
    return { [overall]: scores[split][metric]?.mean ?? null, ...(scores.classes && Object.fromEntries(classes)) };
  };
  return { name, train_scores: of('train'), dev_scores: of('dev'), test_scores: of('test') };
}
