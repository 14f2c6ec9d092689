/** From files to the three parts: the paper's split, activations and labels in its order. */
import { part } from '../../activations/matrix.ts';
import { paperSplit } from '../../data/split.ts';
import { checkClasses } from '../../probe/parts.ts';
import type { Extracted } from '../extraction.ts';
import { extractParts } from '../extraction.ts';
import type { DataPart, Inputs } from '../inputs.ts';
import { checkOptions, scoresOf, seedList, training } from '../options.ts';
import type { Context, Prepared } from './context.ts';

export interface Preparation {
  prepared: Prepared;
  trainFile: DataPart;
  testFile: DataPart;
  extracted: Extracted;
}

/**
 * @throws WinnowError `bad-option` for options that the task does not have, `bad-data` for train rows that teach nothing;
 *   both before anything is extracted.
 */
export async function prepare(inputs: Inputs, { stages, devices, asked }: Context): Promise<Preparation> {
  const { task, parts: files } = inputs;
  const metric = checkOptions(asked, task);
  const [trainFile, testFile] = [files.get('train')!, files.get('dev')!];
  const splitRows = trainFile.labels.length;
  const split = paperSplit(splitRows);
  const cut = split.train.length;
  const labels = trainFile.labels.map((_, index) => trainFile.labels[split.order[index]]);
  const options = {
    ...training,
    classes: task.labels?.length ?? null,
    protocol: asked.protocol,
    seeds: seedList(asked),
    metrics: scoresOf(task),
    metric,
  };
  checkClasses(labels.subarray(0, cut), options, task.labels ?? undefined);
  const extracted = await extractParts(inputs, stages, devices, [
    { part: trainFile, ordering: 'split', order: split.order },
    { part: testFile, ordering: 'file', order: Int32Array.from(testFile.instances.keys()) },
  ]);
  const [trainAll, testAll] = extracted.activations;
  const parts = {
    train: { activations: part(trainAll, 0, cut), labels: labels.subarray(0, cut) },
    dev: { activations: part(trainAll, cut, trainAll.rows), labels: labels.subarray(cut) },
    test: { activations: testAll, labels: testFile.labels },
  };
  return { prepared: { parts, options, splitRows }, trainFile, testFile, extracted };
}
