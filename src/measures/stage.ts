/**
 * A measure as a stage of a run: it reads what the core chain has made, changes nothing of it, and computes one field of
 * the run file.
 */
import type { Control } from '../base/abort.ts';
import type { Device } from '../compute/device.ts';
import type { TrainedLayers } from '../probe/layer-probes.ts';
import type { ProbeParts } from '../probe/parts.ts';
import type { NeuronProducts } from '../redundancy/neuron-products.ts';
import type { Selected, SelectionOptions } from '../redundancy/selection.ts';
import type { CostedStage } from '../run/stage.ts';
import type { FieldName, FieldValues } from './fields.ts';

/** Activations and labels of the three parts, and every layer's probes on them. */
export interface TrainedProbes {
  parts: ProbeParts;
  options: SelectionOptions;
  layers: TrainedLayers;
}

/** What there is after the probes. */
export interface AfterProbes extends TrainedProbes {
  /** Of the train rows. */
  products: NeuronProducts;
}

/** And after the selection: an answer for each pair of deltas and threshold. */
export interface AfterSelection extends TrainedProbes {
  selected: readonly Selected[];
  /** From all layers on the finer grid; null where it was not asked for. */
  maxFeatures: Selected | null;
}

/** What decides whether a measure is taken. */
export interface Occasion {
  protocol: 'paper' | 'refined';
  /** null: regression. */
  classes: number | null;
  /** Whether rows are labelled words. */
  words: boolean;
  /** Whether texts of rows may be kept. */
  texts: boolean;
  /** Measures that nobody wants, or that would take too long. */
  leftOut: readonly FieldName[];
}

interface Inputs {
  probes: AfterProbes;
  selection: AfterSelection;
}

type StageAfter<K extends FieldName, After extends keyof Inputs> = CostedStage & {
  /** The core stage that it follows, and whose results it reads. */
  readonly after: After;
  /** Always, when left out. */
  readonly applies?: (occasion: Occasion) => boolean;
  /** @throws WinnowError `bad-data`, `device-lost`, `out-of-memory`; DOMException AbortError. */
  readonly compute: (device: Device, input: Inputs[After], control: Control) => Promise<FieldValues[K]>;
};

export type MeasureStage<K extends FieldName> = StageAfter<K, 'probes'> | StageAfter<K, 'selection'>;
