/**
 * The smaller model of a choice on a run: read → (tokenise → extract → train) → its graph in every number format → the
 * folder around them. Large files are Blobs that read from the dropped ones: nothing is held in memory twice.
 */
import { WinnowError } from '../../base/errors.ts';
import { tasks, withLabels, type LabelledTask } from '../../data/tasks.ts';
import { chosenSet } from '../../reduced/choice.ts';
import { reducedFolder } from '../../reduced/folder.ts';
import type { FolderFile } from '../../reduced/head.ts';
import { writeOnnx } from '../../reduced/onnx.ts';
import { entryOf } from '../../reduced/record.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { ReduceRequest, RunEvent, SmallerModel } from '../contract.ts';
import { readOriginal, type Original } from '../inputs/original.ts';
import { optionsOfRun, poolingOfRun } from '../options.ts';
import { Devices } from './device.ts';
import { measureMade } from './measure-made.ts';
import { measureStage } from './reduced-measurement.ts';
import { headOfRun, needData, trainedHead, type ClaimedHead } from './reduced-head.ts';
import { fillFolder, extract, read, retrain, tokenize, writeGraph } from './stage-table.ts';
import { Stages } from './stages.ts';

/**
 * @throws WinnowError `bad-option` for a choice that the run or its model does not have, `bad-model` for another model than
 * the run's, `missing-file` without a tokenizer, or without data where a probe has to be trained; as the stages.
 */
export async function reduce(request: ReduceRequest, report: (event: RunEvent) => void): Promise<SmallerModel> {
  const { run, dtypes, files, corrections, place } = request;
  if (dtypes.length === 0) {
    throw new WinnowError('bad-option', 'No number format was chosen.', 'Choose float32, float16 or int8.');
  }
  const set = chosenSet(run, request.choice);
  const stages = new Stages(report);
  const vectors = [tokenize, extract];
  const training = set.probe === null ? [...vectors, retrain] : [];
  const writing = [...dtypes.map(writeGraph), fillFolder];
  stages.announce([read, ...training, ...writing]);
  const options = optionsOfRun(run, place);
  const original = await stages.run(read, {}, (progress) =>
    readOriginal({ files, corrections, options }, run, progress),
  );
  const { inputs } = original;
  if (inputs) {
    const measuring = set.probe === null ? [measureStage] : [...vectors, measureStage];
    stages.announce([read, ...training, ...writing, ...measuring]);
  }
  const claimed = set.probe === null ? await trained() : headOfRun(set, set.probe, run);
  const token = tasks[run.data.task].kind === 'labelling' ? 'all' : poolingOfRun(run);
  const graphs: FolderFile[] = [];
  for (const dtype of dtypes) {
    const written = await stages.run(writeGraph(dtype), {}, () =>
      writeOnnx({ model: original.model, head: claimed.head, token }, dtype),
    );
    graphs.push(...written);
  }
  const folder = await stages.run(fillFolder, {}, () => reducedFolder(folderInput(request, original, claimed, graphs)));
  const made = { record: folder.record, files: folder.files, head: claimed.head, run };
  const measurement =
    inputs && (await Devices.during(options, stages, (devices) => measureMade(inputs, made, { stages, devices })));
  const record = { ...folder.record, measurement };
  return {
    files: [...folder.files, ...folder.describe(measurement)],
    record,
    entry: measurement && entryOf(record, measurement),
  };

  async function trained(): Promise<ClaimedHead> {
    if (inputs === null) throw needData(set);
    return Devices.during(options, stages, (devices) =>
      trainedHead(set, run, inputs, { stages, devices, runOptions: options }),
    );
  }
}

function folderInput(
  { run, name }: ReduceRequest,
  { model, parameters }: Original,
  { head, claim }: ClaimedHead,
  graphs: readonly FolderFile[],
): Parameters<typeof reducedFolder>[0] {
  const task = taskOf(run);
  const { maxLength, aggregation = 'last' } = run.options;
  if (maxLength === null) throw new Error('a run over a model has a longest input');
  return {
    ...{ name, created: new Date().toISOString(), source: model, sha256: run.model.sha256, parameters, head, task },
    ...{
      pairs: hasPairs(run),
      maxLength,
      pooling: poolingOfRun(run),
      aggregation: task.kind === 'labelling' ? aggregation : null,
      graphs,
      claim,
    },
  };
}

function taskOf({ data }: RunFile): LabelledTask {
  return withLabels(tasks[data.task], data.labels);
}

/** Rows of two texts. */
function hasPairs({ data: { task, columns } }: RunFile): boolean {
  const own = tasks[task];
  return own.kind === 'glue' ? own.pair !== null : own.kind === 'own' && (columns?.pair ?? null) !== null;
}
