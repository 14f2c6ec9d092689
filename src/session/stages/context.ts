/** What the stages of an analysis hand to each other. */
import type { TrainedLayers } from '../../probe/layer-probes.ts';
import type { ProbeParts } from '../../probe/parts.ts';
import type { Clusterer } from '../../redundancy/clusterer.ts';
import type { Searches, SelectionOptions } from '../../redundancy/selection.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { RunOptions } from '../contract.ts';
import type { Devices } from './device.ts';
import type { Stages } from './stages.ts';

/** Where a stage reports and computes. */
export interface Context {
  stages: Stages;
  devices: Devices;
  runOptions: RunOptions;
}

/** Activations and labels of the three parts, and how probes are trained on them. */
export interface PreparedParts {
  parts: ProbeParts;
  options: SelectionOptions;
  /** Rows of the train file that were split into train and dev. */
  splitRows: number;
  testRows: NonNullable<RunFile['testRows']>;
}

/** Everything that a question about neurons needs. */
export interface TrainedRun extends PreparedParts {
  layers: TrainedLayers;
  clusterer: Clusterer;
  /** Probes on few neurons that were trained so far. */
  searches: Searches;
}
