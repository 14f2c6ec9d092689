/**
 * LayerSelector, then clusters, then feature selection (CCFS, protocols.md §4–§6) for every pair of deltas and every
 * threshold: which neurons are enough. Work that two of them share is done once.
 */
import type { Control } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import { fourDigits } from '../base/numbers.ts';
import type { Device, LinearWeights } from '../compute/device.ts';
import type { ScoreName } from '../data/tasks.ts';
import type { TrainedLayers } from '../probe/layer-probes.ts';
import { checkClasses, checkParts, type ProbeOptions, type ProbeParts } from '../probe/parts.ts';
import type { NeuronStatistics } from '../probe/statistics.ts';
import { keptProbe } from '../probe/kept-probe.ts';
import { subsetProbes, type SubsetProbe } from '../probe/subset-probes.ts';
import { checkDeltas, checkThresholds, noClustering, type Deltas } from '../data/question.ts';
import type { MinimalSet, SelectionEntry, SplitScores } from '../run/run-file.ts';
import type { Clusterer, Clusters } from './clusterer.ts';
import { gridSizes, type Grid } from './grid.ts';
import { selectTopLayer, target } from './layer-selector.ts';
import { smallestEnough } from './minimal-set.ts';
import { NeuronSearch } from './neuron-search.ts';

export interface SelectionOptions extends ProbeOptions {
  /** The score whose loss the deltas limit. */
  metric: ScoreName;
}

export interface SelectionInput {
  parts: ProbeParts;
  /** The probes on layers 0..k, of the same parts, options and seeds. */
  layers: Pick<TrainedLayers, 'concatenated' | 'concatenatedWeights' | 'standard'>;
  clusterer: Clusterer;
  /** What earlier questions about the same parts with the same options trained, and this one adds to. */
  searches?: Searches;
}

/** By the neurons they choose from. */
export type Searches = Map<string, NeuronSearch>;

/** What is asked for: every pair of deltas with every threshold. */
export interface SelectionQuestion {
  /** Per cent. */
  deltas: readonly Deltas[];
  /** −1: no clustering. */
  thresholds: readonly number[];
}

export interface Selected {
  entry: SelectionEntry;
  /** The minimal set as model neurons in the order that its probes read them. */
  neurons: Int32Array;
  /** By seed, [classes, neurons]. */
  weights: LinearWeights[];
}

export interface SelectionControl extends Control {
  /** Called for each answer as soon as it is there. */
  selected?: (entry: SelectionEntry) => void;
}

/**
 * Answers by pair of deltas, then threshold. Progress counts thousandths of an answer.
 * @throws WinnowError `bad-option` for deltas or thresholds out of range, `bad-data` for labels that teach nothing or when
 *   all neurons are constant, `device-lost`, `out-of-memory`; DOMException AbortError.
 */
export async function selectNeuronSets(
  device: Device,
  input: SelectionInput,
  { deltas, thresholds }: SelectionQuestion,
  options: SelectionOptions,
  { signal, progress, selected }: SelectionControl = {},
): Promise<Selected[]> {
  checkDeltas(deltas);
  checkThresholds(thresholds);
  const selector = new Selector(device, input, options);
  const dev = input.layers.concatenated.map((layer) => layer.dev[options.metric]?.mean ?? null);
  const all: Selected[] = [];
  const asked = deltas.flatMap((pair) => {
    const topLayer = selectTopLayer(dev, pair.layers, options.protocol);
    return thresholds.map((threshold) => ({ pair, topLayer, threshold }));
  });
  const costs = asked.map(({ topLayer, threshold }, at) => {
    const earlier = asked.slice(0, at).some((one) => one.topLayer === topLayer && one.threshold === threshold);
    return earlier ? sharedCost : 1;
  });
  const total = asked.length * answerSteps;
  const cost = costs.reduce((sum, one) => sum + one, 0);
  let spent = 0;
  for (const [at, { pair, topLayer, threshold }] of asked.entries()) {
    const report = (done: number): void =>
      progress?.(at * answerSteps + done, total, (spent + (costs[at] * done) / answerSteps) / cost);
    const answer = await selector.select(pair, topLayer, threshold, 'usual', { signal, progress: report });
    all.push(answer);
    selected?.(answer.entry);
    report(answerSteps);
    spent += costs[at];
  }
  return all;
}

/** The "max features" run: all layers, no clustering, one per cent, a finer grid. Progress counts thousandths. */
export async function selectFromAll(
  device: Device,
  input: SelectionInput,
  options: SelectionOptions,
  control: Control = {},
): Promise<Selected> {
  const topLayer = input.parts.train.activations.layers - 1;
  return new Selector(device, input, options).select(
    { layers: 0, neurons: 1 },
    topLayer,
    noClustering,
    'fine',
    control,
  );
}

const answerSteps = 1000;

/** What an answer costs beside one that is searched for anew, where an earlier one has the same layers and threshold. */
const sharedCost = 0.05;

/** Answers took from 8 to 22 trainings on GLUE: each counts as this share of what is left. */
const trainingShare = 0.1;

class Selector {
  readonly #device: Device;
  readonly #input: SelectionInput;
  readonly #options: SelectionOptions;
  readonly #searches: Searches;

  constructor(device: Device, input: SelectionInput, options: SelectionOptions) {
    checkParts(input.parts, options);
    checkClasses(input.parts.train.labels, options);
    refuseConstant(input.layers.standard);
    this.#device = device;
    this.#input = input;
    this.#searches = input.searches ?? new Map<string, NeuronSearch>();
    this.#options = options;
  }

  async select(
    deltas: Deltas,
    topLayer: number,
    threshold: number,
    grid: Grid,
    { signal, progress }: Control,
  ): Promise<Selected> {
    const { parts, clusterer } = this.#input;
    const { layers, hidden } = parts.train.activations;
    const { protocol, metric } = this.#options;
    const steps = new ShrinkingSteps(signal, progress);
    const clusters = threshold === noClustering ? null : await clusterer.at(topLayer, threshold, steps.next());
    const search = await this.#search(topLayer, clusters, steps.next());
    const { base, ordered, available, tried } = search;
    const full = base.scores.dev[metric]?.mean ?? null;
    const size = await smallestEnough({
      grid: gridSizes(grid, { layers, hidden }, available),
      available,
      target: full === null ? null : target(full, deltas.neurons, protocol),
      exact: protocol === 'refined',
      scoreAt: async (sizes) => {
        const trained = await search.train(this.#device, sizes, steps.next());
        return trained.map(({ scores }) => scores.dev[metric]?.mean ?? null);
      },
    });
    search.release();
    const probe = tried.get(size) ?? base;
    const neurons = probe === base ? search.neurons : ordered.order.slice(0, size);
    const minimal = ordered.order.slice(0, size);
    const kept = keptProbe({ neurons, ...probe }, this.#input.layers.standard, minimal, this.#options);
    const entry: SelectionEntry = {
      deltas,
      threshold,
      topLayer,
      base: base.scores,
      ...(clusters && { labels: [...clusters.labels], representatives: [...clusters.representatives] }),
      ordering: [...ordered.order],
      weights: fourDigits(ordered.weights),
      leaders: ordered.leaders.map((own) => ({ neurons: [...own.neurons], weights: fourDigits(own.weights) })),
      cutoffs: [...ordered.cutoffs],
      sizes: sizesOf(search),
      minimalSet: { ...minimalSetOf(minimal, hidden, probe.scores), probe: kept },
    };
    return { entry, neurons, weights: probe.weights };
  }

  async #search(topLayer: number, clusters: Clusters | null, control: Control): Promise<NeuronSearch> {
    const { parts, layers } = this.#input;
    const width = (topLayer + 1) * parts.train.activations.hidden;
    const all = Int32Array.from({ length: width }, (_, neuron) => neuron);
    // Where no neuron of these layers varies there are no clusters, and the smallest set is empty.
    const some = clusters !== null && clusters.representatives.length > 0;
    const neurons = some ? clusters.representatives : all;
    const key = `${some ? 'some' : 'all'} ${neurons.join()}`;
    const known = this.#searches.get(key);
    if (known) return known;
    const base = some ? await this.#train(neurons, control) : this.#layersUpTo(topLayer, width);
    const search = new NeuronSearch(parts, layers.standard, this.#options, { neurons, base });
    this.#searches.set(key, search);
    return search;
  }

  async #train(neurons: Int32Array, control: Control): Promise<SubsetProbe> {
    const { parts, layers } = this.#input;
    const subset = { neurons, standard: layers.standard };
    const [base] = await subsetProbes(this.#device, parts, subset, [neurons.length], this.#options, control);
    return base;
  }

  /** The probe on layers 0..topLayer is there already: same seeds, same batches, same neurons. */
  #layersUpTo(topLayer: number, size: number): SubsetProbe {
    const { concatenated, concatenatedWeights } = this.#input.layers;
    const { train, dev, test, classes } = concatenated[topLayer];
    const scores: SplitScores = { train, dev, test, ...(classes && { classes }) };
    return { size, scores, weights: concatenatedWeights.map((weights) => weights[topLayer]) };
  }
}

/** Layers without a neuron that varies are an answer; a whole model without one is not. */
function refuseConstant(standard: NeuronStatistics | null): void {
  if (!standard || standard.constant.some((one) => one === 0)) return;
  const message = 'All neurons have one value in every train row, so none can tell rows apart.';
  throw new WinnowError('bad-data', message, 'Check the weights of the model and that the rows differ.');
}

/** Probes by size; the base closes the list. */
function sizesOf({ tried, base, available }: NeuronSearch): SelectionEntry['sizes'] {
  const sizes = [...tried.keys()].sort((a, b) => a - b);
  const retrained = sizes.map((neurons) => ({ neurons, ...tried.get(neurons)!.scores }));
  return [...retrained, { neurons: available, ...base.scores }];
}

function minimalSetOf(neurons: Int32Array, hidden: number, scores: SplitScores): MinimalSet {
  const places = Array.from(neurons, (neuron) => ({
    layer: Math.floor(neuron / hidden),
    index: neuron % hidden,
  }));
  return { size: neurons.length, neurons: places, ...scores };
}

/** How many pieces of work follow is not known before. */
class ShrinkingSteps {
  readonly #signal: AbortSignal | undefined;
  readonly #progress: Control['progress'];
  #start = 0;
  #end = 0;

  constructor(signal: AbortSignal | undefined, progress: Control['progress']) {
    this.#signal = signal;
    this.#progress = progress;
  }

  next(): Control {
    this.#start = this.#end;
    this.#end += (answerSteps - this.#start) * trainingShare;
    const [start, end] = [this.#start, this.#end];
    return {
      signal: this.#signal,
      progress: (done, total) => this.#progress?.(Math.floor(start + ((end - start) * done) / total), answerSteps),
    };
  }
}
