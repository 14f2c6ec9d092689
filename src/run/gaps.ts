/**
 * What a run file of the right form may still get wrong: layers, neurons and clusters that its model does not have. All
 * of them become places in arrays, so they are checked before anything is drawn. Answers say where, or null.
 */
import { base64Length } from '../base/base64.ts';
import { fieldGap } from '../measures/fields.ts';
import type { Shape } from '../measures/field.ts';
import type { ClusteringEntry, KeptProbe, SelectionEntry } from './neurons.ts';
import type { RunFile } from './schema.ts';
import { reducedGap } from './reduced.ts';
import { timingGap } from './timing.ts';

/** Many times those of any model known; each costs a few bytes and a spot in a picture. */
export const mostNeurons = 2 ** 22;

/** Says where a file does not hold what its model needs; null when it is whole. */
export function findGap(run: RunFile): string | null {
  const endless = endlessAt(run);
  if (endless !== null) return `at ${endless}, a finite number is expected`;
  const { model, clustering, selection, maxFeatures } = run;
  const neurons = (model.layers + 1) * model.hidden;
  if (neurons > mostNeurons) return `the model has ${neurons} neurons, more than ${mostNeurons}`;
  const shape = { layers: model.layers + 1, hidden: model.hidden, outputs: run.data.labels.length || 1 };
  return (
    layerGap(run, shape.layers) ??
    probeGap(run.oracleProbe, 'oracleProbe', { neurons, outputs: shape.outputs }) ??
    first((clustering ?? []).entries(), ([i, entry]) => clusteringGap(entry, `clustering.${i}`, neurons)) ??
    first((selection ?? []).entries(), ([i, entry]) => selectionGap(entry, `selection.${i}`, shape)) ??
    (maxFeatures ? selectionGap(maxFeatures, 'maxFeatures', shape) : null) ??
    fieldGap(run, shape) ??
    (run.timing ? timingGap(run.timing, shape) : null) ??
    (run.reduced ? reducedGap(run.reduced, shape) : null)
  );
}

/** Where a number is infinite, as JSON's `1e999` is read: written again, it would be null. Null: nowhere. */
function endlessAt(value: unknown, path: string | null = null): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  const under = (key: string | number): string => (path === null ? String(key) : `${path}.${key}`);
  if (Array.isArray(value) && value.every((entry) => Number.isFinite(entry))) return null;
  return first(Object.entries(value), ([key, entry]) => endlessAt(entry, under(key)));
}

function layerGap({ metric, oracle, layers }: RunFile, count: number): string | null {
  for (const kind of ['individual', 'concatenated'] as const) {
    const entries = layers[kind];
    if (entries.length !== count) return `at layers.${kind} there are ${entries.length} layers, the model has ${count}`;
    const odd = entries.findIndex(({ layer }, place) => layer !== place);
    if (odd >= 0) return `at layers.${kind}.${odd}.layer, ${odd} is expected, but there is ${entries[odd].layer}`;
    const lacking = entries.findIndex(({ train, dev, test }) => ![train, dev, test].every((split) => metric in split));
    if (lacking >= 0) return `layers.${kind}.${lacking} has no ${metric}`;
  }
  if (![oracle.train, oracle.dev, oracle.test].every((split) => metric in split)) return `oracle has no ${metric}`;
  return null;
}

function clusteringGap({ labels, representatives }: ClusteringEntry, where: string, neurons: number): string | null {
  return (
    beyondGap(representatives, `${where}.representatives`, neurons) ??
    (labels.length === 0 ? null : labelsGap(labels, where, neurons))
  );
}

function selectionGap(
  { topLayer, labels, representatives, ordering, sizes, minimalSet }: SelectionEntry,
  where: string,
  { layers, hidden, outputs }: Shape & { outputs: number },
): string | null {
  if (topLayer >= layers)
    return `at ${where}.topLayer there is layer ${topLayer}, the model has layers 0 to ${layers - 1}`;
  const width = (topLayer + 1) * hidden;
  const { size, neurons } = minimalSet;
  const lastNeurons = sizes.map((probe) => probe.neurons - 1);
  const place = neurons.findIndex(({ layer, index }) => layer > topLayer || index >= hidden);
  return (
    (labels ? labelsGap(labels, where, width) : null) ??
    beyondGap(representatives ?? [], `${where}.representatives`, width) ??
    beyondGap(ordering, `${where}.ordering`, width) ??
    (sizes.length === 0 ? `${where}.sizes is empty` : null) ??
    beyondGap(lastNeurons, `${where}.sizes`, width) ??
    (size === neurons.length ? null : `${where}.minimalSet names ${neurons.length} neurons, its size is ${size}`) ??
    (place < 0
      ? null
      : `at ${where}.minimalSet.neurons.${place} is a neuron that layers 0 to ${topLayer} do not have`) ??
    probeGap(minimalSet.probe, `${where}.minimalSet.probe`, { neurons: minimalSet.size, outputs })
  );
}

function probeGap(
  probe: KeptProbe | undefined,
  where: string,
  { neurons, outputs }: { neurons: number; outputs: number },
): string | null {
  if (probe === undefined) return null;
  const gapOf = (name: 'weight' | 'bias', floats: number): string | null =>
    probe[name].length === base64Length(4 * floats) ? null : `at ${where}.${name}, ${floats} numbers are expected`;
  return gapOf('weight', outputs * neurons) ?? gapOf('bias', outputs);
}

function labelsGap(labels: readonly number[], where: string, neurons: number): string | null {
  if (labels.length !== neurons) return `${where} labels ${labels.length} neurons, the model has ${neurons} there`;
  const label = labels.find((cluster) => cluster > neurons);
  return label === undefined ? null : `${where}.labels has cluster ${label} of only ${neurons} neurons`;
}

function beyondGap(named: readonly number[], where: string, neurons: number): string | null {
  const beyond = named.find((neuron) => neuron >= neurons);
  return beyond === undefined ? null : `at ${where}, neuron ${beyond} is named, but there are ${neurons}`;
}

function first<T>(list: Iterable<T>, gapOf: (entry: T) => string | null): string | null {
  for (const entry of list) {
    const gap = gapOf(entry);
    if (gap !== null) return gap;
  }
  return null;
}
