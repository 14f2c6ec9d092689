/** A smaller model that was just written, measured on the test part of the data that its run is of. */
import { part } from '../../activations/matrix.ts';
import { fileOf, type FolderFile, type LinearHead } from '../../reduced/head.ts';
import { keptHead, scoreMeans } from '../../reduced/kept-head.ts';
import type { ReducedRecord } from '../../reduced/record.ts';
import type { ReducedMeasurement } from '../../run/reduced.ts';
import type { RunFile } from '../../run/run-file.ts';
import { encodeSource } from '../inputs/encode.ts';
import type { AnalysisInputs } from '../inputs/inputs.ts';
import { checkFiles } from '../inputs/original.ts';
import { graphsOf } from '../inputs/reduced.ts';
import type { SourceRows } from '../inputs/sources.ts';
import { vectorsOf } from '../inputs/vectors.ts';
import type { Devices } from './device.ts';
import { measureReduced } from './reduced-measurement.ts';
import type { Stages } from './stages.ts';

/** Of one part in memory, beside the browser's storage. */
const memoryBytes = 512 * 2 ** 20;

export interface MadeModel {
  record: ReducedRecord;
  files: readonly FolderFile[];
  head: LinearHead;
  /** What it was made of. */
  run: RunFile;
}

/** @throws WinnowError `bad-data` for other data than the run's; as extraction and `measureReduced` do. */
export async function measureMade(
  inputs: AnalysisInputs,
  { record, files, head, run }: MadeModel,
  { stages, devices }: { stages: Stages; devices: Devices },
): Promise<ReducedMeasurement> {
  const { plan, vectors, task } = inputs;
  if (vectors.from === 'files') throw new Error('vectors from files are of no model');
  checkFiles(inputs, run);
  const { source: place, from, to } = plan.places.test;
  const source = plan.sources[place];
  const extraction = { inputs, stages, sources: [source], limitBytes: memoryBytes };
  const [{ activations, starts }] = await vectorsOf(extraction, devices);
  const { model, tokenizer, maxLength, pooling } = vectors;
  const own = { ...source.data, rows: source.data.rows.slice(from, to) } as SourceRows;
  const { rows, labels } = await encodeSource(tokenizer, own, vectors);
  const ofHead = { ...vectors, pooling: tokenizer.classification, aggregation: 'first' } as const;
  const isOfHead = task.kind === 'labelling' ? vectors.aggregation === 'first' : pooling === ofHead.pooling;
  const headRows = isOfHead ? rows : (await encodeSource(tokenizer, own, ofHead)).rows;
  const named = new Map(files.map((file) => [file.path, fileOf(file)]));
  return measureReduced(
    { stages, devices },
    { graphs: graphsOf(record, named), task, tokenizer, maxLength },
    { split: 'test', rows, gold: labels },
    {
      model,
      pooling,
      activations: part(activations, starts[from], starts[to]),
      ...{ head, headRows },
      oracle: oracleOf(run),
      oracleScores: scoreMeans(run.oracle.test),
    },
  );
}

/** The run's probe on all neurons; null where it keeps none. @throws WinnowError `bad-file` where it is damaged. */
export function oracleOf({
  oracleProbe,
  model,
  data,
}: Pick<RunFile, 'oracleProbe' | 'model' | 'data'>): LinearHead | null {
  if (!oracleProbe) return null;
  const neurons = Int32Array.from({ length: (model.layers + 1) * model.hidden }, (_, neuron) => neuron);
  return keptHead(neurons, oracleProbe, data.labels.length || 1);
}
