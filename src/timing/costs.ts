/**
 * What an answer of a run costs beside the full model, from measured times (protocols.md §8): until the features of a row
 * are there, until a classifier is trained, until one text is answered. Factors are made round by round, so that a machine
 * that was slow for a while was slow for both.
 */
import type { ClassifierTiming, DepthSeries, SelectionEntry, Spread, Timing } from '../run/run-file.ts';
import { spreadOf } from './spread.ts';

/** What of a model is used: the transformer layers that run, and the neurons that a classifier reads. */
export interface ModelPart {
  layers: number;
  features: number;
}

/** A time beside that of the full model. */
export interface Factor {
  /** Milliseconds. */
  own: Spread;
  full: Spread;
  /** own / full, of every round. */
  ratio: Spread;
  /** Whether the quartiles lie apart: the part is faster, and not by chance alone. */
  faster: boolean;
}

/** null: not measured. */
export interface PartCosts {
  /** A row's features, in the best batch. */
  features: Factor | null;
  /** The classifier's training alone, on all train rows. */
  training: Factor | null;
  /** Features of all train rows and the training. */
  classifier: Factor | null;
  /** One row by itself, with its outputs. */
  prediction: Factor | null;
}

/** All layers and neurons. @param layers the embeddings included. */
export function wholeModel({ layers, hidden }: { layers: number; hidden: number }): ModelPart {
  return { layers: layers - 1, features: layers * hidden };
}

/** What layer selection alone leaves: every neuron of layers 0 … topLayer. */
export function layersOfAnswer({ topLayer }: Pick<SelectionEntry, 'topLayer'>, hidden: number): ModelPart {
  return { layers: topLayer, features: (topLayer + 1) * hidden };
}

/** What clusters and ranking leave as well: the encoder up to the highest kept neuron. null: no neuron is kept. */
export function neuronsOfAnswer({ minimalSet }: Pick<SelectionEntry, 'minimalSet'>): ModelPart | null {
  if (minimalSet.neurons.length === 0) return null;
  const layers = minimalSet.neurons.reduce((most, { layer }) => Math.max(most, layer), 0);
  return { layers, features: minimalSet.size };
}

/** How many neurons classifiers of an answer read. */
export function answerSizes(entry: Pick<SelectionEntry, 'topLayer' | 'minimalSet'>, hidden: number): number[] {
  return [layersOfAnswer(entry, hidden), neuronsOfAnswer(entry)].flatMap((part) => part?.features ?? []);
}

export function partCosts(timing: Timing, part: ModelPart, whole: ModelPart): PartCosts {
  const [throughput, latency] = [throughputOf(timing), latencyOf(timing)];
  const { inputs, rows } = timing.train;
  const outputs = timing.encoder?.outputs ?? 1;
  const features = (of: ModelPart) => throughput?.depths[of.layers]?.wall.samples ?? null;
  const training = (of: ModelPart) => {
    const timed = classifierOf(timing, of.features);
    return timed && timed.training.samples.map((ms) => (ms * rows) / timed.rows);
  };
  const extraction = (of: ModelPart) => features(of)?.map((ms) => ms * inputs) ?? null;
  const answering = (of: ModelPart) =>
    classifierOf(timing, of.features)?.prediction?.samples.map((ms) => ms * outputs) ?? null;
  const prediction = (of: ModelPart) => sumOf(latency?.depths[of.layers]?.wall.samples ?? null, answering(of));
  const beside = (samples: (of: ModelPart) => readonly number[] | null) => factorOf(samples(part), samples(whole));
  return {
    features: beside(features),
    training: beside(training),
    classifier: beside((of) => sumOf(extraction(of), training(of))),
    prediction: beside(prediction),
  };
}

/** One row at a time, as long as it is. */
export function latencyOf({ encoder }: Timing): DepthSeries | null {
  return encoder?.series.find(({ padded, batch }) => padded === null && batch === 1) ?? null;
}

/** The batch that the whole encoder served best in, rows as long as they are. */
export function throughputOf({ encoder }: Timing): DepthSeries | null {
  const own = encoder?.series.filter(({ padded }) => padded === null) ?? [];
  return own.reduce<DepthSeries | null>((most, series) => (series.batch > (most?.batch ?? 0) ? series : most), null);
}

/** On the run's own rows and classes, as many rows as were trained on. */
function classifierOf({ classifiers }: Timing, features: number): ClassifierTiming | null {
  const own = classifiers.filter(({ made }) => !made);
  // Every size was trained on as many rows; with all features there are others behind, for rows and classes.
  return own.find((timed) => timed.features === features) ?? null;
}

function sumOf(a: readonly number[] | null, b: readonly number[] | null): number[] | null {
  return a && b && pairs(a, b).map(([first, second]) => first + second);
}

/** By round; the fewer rounds count. */
function pairs(a: readonly number[], b: readonly number[]): [number, number][] {
  return a.slice(0, b.length).map((value, round) => [value, b[round]]);
}

function factorOf(own: readonly number[] | null, full: readonly number[] | null): Factor | null {
  if (!own || !full || full.some((ms) => ms <= 0)) return null;
  const spreads = { own: spreadOf(own), full: spreadOf(full) };
  const ratio = spreadOf(pairs(own, full).map(([ms, fullMs]) => ms / fullMs));
  return { ...spreads, ratio, faster: spreads.own.upper < spreads.full.lower };
}
