/** What a run found, as the run file has it. */
import type { FieldName, FieldValues } from '../../measures/fields.ts';
import { quickLookRows } from '../../data/sample.ts';
import type { ProbeOptions } from '../../probe/parts.ts';
import { runVersion, type ClusteringEntry, type RunFile, type Timing } from '../../run/run-file.ts';
import { verdictRecord } from '../../report/verdict/verdict.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { keptProbe } from '../../probe/kept-probe.ts';
import { trainingCurves } from '../../probe/training-curves.ts';
import type { TrainedRun, Context } from './context.ts';
import { oracleWithinRoom } from './probe-room.ts';
import { placeFacts } from './device.ts';
import type { Selections } from './selection.ts';

interface Results {
  /** Measures left out. */
  tooLong: FieldName[];
  trained: TrainedRun;
  clustering: ClusteringEntry[];
  selections: Selections;
  measured: Partial<FieldValues>;
  /** null: nobody asked. */
  timing: Timing | null;
}

/** With its verdict. */
export function judged(run: RunFile): RunFile {
  const { warnings, ...found } = run;
  return { ...found, verdict: verdictRecord(run), warnings };
}

/** A run file but for its check: whether every measure that has to be there is there. */
type UncheckedRun = Omit<RunFile, FieldName> & Partial<FieldValues>;

export function runFile(
  inputs: Inputs,
  { stages, devices, runOptions }: Context,
  { tooLong, trained, clustering, selections, measured, timing }: Results,
): UncheckedRun {
  const { parts, options, layers, testRows } = trained;
  const { task } = inputs;
  const { selected, maxFeatures } = selections;
  return {
    format: 'winnow-run',
    version: runVersion,
    created: new Date().toISOString(),
    protocol: runOptions.protocol,
    options: {
      rows: runOptions.rows,
      ...(runOptions.quick && { sample: quickLookRows }),
      ...encodingFacts(inputs),
      seeds: [...options.seeds],
      ...trainingFacts(options),
      ...(tooLong.length > 0 && { leftOut: tooLong }),
    },
    model: inputs.modelFacts,
    data: {
      task: task.name,
      files: inputs.fileFacts,
      ...(inputs.columnFacts && { columns: inputs.columnFacts }),
      instances: { train: parts.train.labels.length, dev: parts.dev.labels.length, test: parts.test.labels.length },
      labels: [...(task.labels ?? [])],
      majority: task.labels ? majorityShare(parts.train.labels, parts.test.labels, task.labels.length) : null,
    },
    metric: options.metric,
    device: placeFacts(devices.report),
    timings: stages.timings,
    oracle: layers.oracle,
    ...oracleProbe(trained, selections),
    layers: { individual: layers.individual, concatenated: layers.concatenated },
    training: trainingCurves(layers.curves, parts.train.activations.layers),
    clustering,
    selection: selected.map(({ entry }) => entry),
    ...(maxFeatures && { maxFeatures: maxFeatures.entry }),
    ...measured,
    testRows,
    ...(timing && { timing }),
    warnings: stages.warnings,
  };
}

function oracleProbe(
  { layers, options, parts }: TrainedRun,
  { selected, maxFeatures }: Selections,
): Pick<RunFile, 'oracleProbe'> {
  const { layers: count, hidden } = parts.train.activations;
  const all = Int32Array.from({ length: count * hidden }, (_, neuron) => neuron);
  const probes = { neurons: all, weights: layers.oracles, scores: layers.oracle };
  const entries = [...selected, ...(maxFeatures ? [maxFeatures] : [])].map(({ entry }) => entry);
  const kept = oracleWithinRoom(keptProbe(probes, layers.standard, all, options), entries);
  return kept ? { oracleProbe: kept } : {};
}

function trainingFacts({ epochs, patience, batchSize, learningRate, lambda1, lambda2 }: ProbeOptions) {
  return { epochs, ...(patience !== undefined && { patience }), batchSize, learningRate, lambda1, lambda2 };
}

function encodingFacts({
  vectors,
  task,
}: Inputs): Pick<RunFile['options'], 'maxLength' | 'aggregation' | 'sentenceToken'> {
  if (vectors.from === 'files') {
    const { token, alignment } = vectors.reading;
    const aggregation = alignment && { aggregation: alignment.aggregation };
    return { maxLength: null, ...(token && { sentenceToken: token }), ...aggregation };
  }
  const { maxLength, aggregation } = vectors;
  return { maxLength, ...(task.kind === 'labelling' && { aggregation }) };
}

/** Share of the most frequent train label among the test labels. */
function majorityShare(train: Int32Array | Float32Array, test: Int32Array | Float32Array, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of train) counts[label] += 1;
  const majority = counts.indexOf(Math.max(...counts));
  let hits = 0;
  for (const label of test) hits += label === majority ? 1 : 0;
  return hits / test.length;
}
