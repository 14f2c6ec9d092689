/**
 * Opens an `all_results.json` of the published scripts, either layout, in the terms of a run file: scores, clusters,
 * windows, selections, with every index mapped to a model neuron. The file is kept as it is, so that it can be saved again.
 */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import type { ScoreName } from '../data/tasks.ts';
import { noClustering } from '../data/question.ts';
import { clusteringEntry, deltasOf, selectionEntry, publishedScores, widthOf, wrong } from './all-results-entries.ts';
import { flatSchema, overall, pipelineSchema } from './all-results-schema.ts';
import type { FlatResults, PipelineResults, PublishedProbe } from './all-results-schema.ts';
import { parsePythonJson, pythonJson } from './python-json.ts';
import { mostNeurons } from '../run/gaps.ts';
import type { ClusteringEntry, LayerScores, SelectionEntry, SplitScores } from '../run/run-file.ts';

export interface PublishedResults {
  name: string;
  layout: 'pipeline' | 'clustering' | 'max-features';
  /** Layers, the embeddings included, and neurons a layer; null for a file without selections. */
  shape: { layers: number; hidden: number } | null;
  /** The file does not name its score: by its class scores this is taken for accuracy, without them for pearson. */
  metric: ScoreName;
  /** Class names; empty for regression. */
  labels: string[];
  oracle: SplitScores;
  /** Only of the pipeline. */
  layers: { individual: LayerScores[]; concatenated: LayerScores[] } | null;
  clustering: ClusteringEntry[];
  selection: SelectionEntry[];
  warnings: string[];
  /** What the file holds, NaN as null. */
  document: unknown;
}

/** The published scripts other than the pipeline always keep layers 0…12. */
const flatLayers = 13;

/** Whether a parsed JSON value claims to be an `all_results.json`. */
export function isAllResultsLike(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'baseline' in value && 'selection' in value;
}

/** @throws WinnowError `bad-file` for text that is not JSON or not of either layout, with the place. */
export function parseAllResults(text: string, name: string): PublishedResults {
  return openAllResults(parsePythonJson(text, name), name);
}

/** The text of the file, as Python would write it. */
export function writeAllResults(document: unknown): string {
  return pythonJson(document);
}

/** @throws WinnowError `bad-file`, as `parseAllResults`. */
export function openAllResults(document: unknown, name: string): PublishedResults {
  if (!isAllResultsLike(document)) {
    const message = `\`${name}\` is JSON, but no all_results.json: it has no \`baseline\` with a \`selection\`.`;
    const next = 'Open a run.json of Winnow or an all_results.json of the published scripts.';
    throw new WinnowError('bad-file', message, next);
  }
  return 'incremental_layerwise' in document
    ? openPipeline(check(pipelineSchema, document, name), document, name)
    : openFlat(check(flatSchema, document, name), document, name);
}

function check<S extends v.GenericSchema>(schema: S, document: unknown, name: string): v.InferOutput<S> {
  const result = v.safeParse(schema, document);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw wrong(name, v.getDotPath(issue) ?? 'its top', `${issue.message.toLowerCase()}`);
}

function openPipeline(results: PipelineResults, document: unknown, name: string): PublishedResults {
  const common = openCommon(results, document, name);
  const pairs = Object.entries(results.selection);
  const layers = results.incremental_layerwise.length;
  const alone = results.independent_layerwise.length;
  if (layers === 0) throw wrong(name, 'incremental_layerwise', 'expected a probe for every layer but received none');
  if (alone !== layers) throw wrong(name, 'independent_layerwise', `expected ${layers} probes but received ${alone}`);
  const each = pairs.flatMap(([key, { selected_top_layer: chosen, neuron_selection: selections }]) => {
    const where = `selection.${key}`;
    const deltas = deltasOf(key);
    if (!deltas) throw wrong(name, where, 'expected a name such as `selection-3-1`');
    const topLayer = chosen.selected_top_layer;
    if (topLayer >= layers) throw wrong(name, where, `expected a top layer below ${layers} but received ${topLayer}`);
    return Object.entries(selections).map(([name, found]) => {
      return { found, place: { ...common, where: `${where}.neuron_selection.${name}`, deltas, topLayer } };
    });
  });
  const widths = each.map(({ found, place: { topLayer, where } }) => ({
    hidden: widthOf(found) / (topLayer + 1),
    where,
  }));
  const hidden = widths[0]?.hidden ?? 0;
  const odd = widths.find((width) => width.hidden !== hidden || !Number.isInteger(width.hidden));
  if (odd) throw wrong(name, odd.where, `neurons do not fill equal layers (${odd.hidden} and ${hidden} a layer)`);
  refuseHuge(name, widths[0]?.where ?? 'selection', layers * hidden);
  const selection = each.map(({ found, place }) => selectionEntry(found, { ...place, hidden }));
  const pick = (list: readonly PublishedProbe[]) =>
    list.map((probe, layer) => ({ layer, ...publishedScores(probe, common.metric, common.labels) }));
  return {
    ...common,
    layout: 'pipeline',
    shape: hidden > 0 ? { layers, hidden } : null,
    layers: { individual: pick(results.independent_layerwise), concatenated: pick(results.incremental_layerwise) },
    clustering: [],
    selection,
    warnings: manyThresholds(name, selection),
  };
}

/** @see protocols.md §5 on the published pipeline. */
function manyThresholds(name: string, selection: readonly SelectionEntry[]): string[] {
  const thresholds = selection.map(({ threshold }) => threshold);
  const { size } = new Set(thresholds.filter((threshold) => threshold !== noClustering));
  if (size < 2) return [];
  return [
    `\`${name}\` holds ${size} clusterings in one pipeline. The published script clusters what the one before left but counts neurons as if nothing were left out: which neurons it kept is wrong from the second on.`,
  ];
}

function openFlat(results: FlatResults, document: unknown, name: string): PublishedResults {
  const common = openCommon(results, document, name);
  const entries = Object.entries(results.selection);
  const neurons = entries.reduce((most, [, found]) => Math.max(most, widthOf(found)), 0);
  refuseHuge(name, 'selection', neurons);
  const even = neurons % flatLayers === 0;
  const shape = even ? { layers: flatLayers, hidden: neurons / flatLayers } : { layers: 1, hidden: neurons };
  const searched = entries.some(([, found]) => found.ordering !== undefined);
  const places = entries.map(([key, found]) => ({ found, place: { ...common, where: `selection.${key}`, ...shape } }));
  const selected = { deltas: { layers: 0, neurons: 1 }, topLayer: shape.layers - 1 };
  return {
    ...common,
    layout: searched ? 'max-features' : 'clustering',
    shape: neurons > 0 ? shape : null,
    layers: null,
    clustering: searched ? [] : places.map(({ found, place }) => clusteringEntry(found, place)),
    selection: searched ? places.map(({ found, place }) => selectionEntry(found, { ...place, ...selected })) : [],
    warnings: even
      ? []
      : [`\`${name}\` has ${neurons} neurons, which are not ${flatLayers} equal layers: they are shown as one.`],
  };
}

/** The name `selected-N` alone can claim any number of neurons. */
function refuseHuge(name: string, where: string, neurons: number): void {
  if (neurons > mostNeurons)
    throw wrong(name, where, `expected at most ${mostNeurons} neurons but received ${neurons}`);
}

function openCommon({ baseline }: { baseline: PublishedProbe }, document: unknown, name: string) {
  const labels = Object.keys(baseline.test_scores).filter((key) => key !== overall);
  const metric: ScoreName = labels.length > 0 ? 'accuracy' : 'pearson';
  return { name, document, metric, labels, oracle: publishedScores(baseline, metric, labels) };
}
