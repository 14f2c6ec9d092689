/**
 * The analysis, stage by stage: read → tokenise → extract → probes → similarity → clusters → selection → questions. Each
 * stage takes the former's output; only activations are kept between runs, under a hash of everything that decides their
 * numbers. The last run stays in memory, for questions that come later.
 */
import { checkRun, type RunFile } from '../../run/run-file.ts';
import { clusterNeurons } from './clusters.ts';
import type { Analysed, Context } from './context.ts';
import { compareLayers, scoreLayers } from './layers.ts';
import { prepare } from './prepare.ts';
import { askQuestions } from './questions.ts';
import { runFile } from './run-file.ts';
import { selectNeurons } from './selection.ts';
import type { Progress } from '../../base/abort.ts';
import type { ExtractRequest, RunEvent, RunRequest } from '../contract.ts';
import { Devices } from './device.ts';
import { activationsFile } from '../inputs/activations-file.ts';
import { readAnalysis, readOneFile, workShape, type Inputs } from '../inputs/inputs.ts';
import { holdRun } from './later-questions.ts';
import { checkOptions } from '../options.ts';
import { learnRates } from '../estimate/rates.ts';
import { Stages } from './stages.ts';
import { vectorsOf } from '../inputs/vectors.ts';
import { countWork } from '../estimate/work.ts';

/** The whole analysis. Errors are WinnowErrors; what was extracted before one stays kept. */
export async function analyze(request: RunRequest, report: (event: RunEvent) => void): Promise<RunFile> {
  holdRun(null);
  const read = (progress: Progress) => readAnalysis(request, progress);
  return withInputs(request, read, report, async (inputs, context) => {
    const { prepared, extracted } = await prepare(inputs, inputs.plan, context);
    const layers = await scoreLayers(context, prepared);
    const cka = await compareLayers(context, prepared);
    const { clusterer, entries: clustering } = await clusterNeurons(context, prepared, layers);
    const analysed: Analysed = { ...prepared, layers, clusterer, searches: new Map() };
    const selections = await selectNeurons(context, analysed);
    const refined = request.options.protocol === 'refined';
    const questions = refined ? await askQuestions(context, analysed, selections.selected) : {};
    const run = runFile(inputs, context, { analysed, cka, clustering, selections, questions });
    const { train, dev, test } = prepared.parts;
    const analysedRows = train.labels.length + dev.labels.length + test.labels.length;
    const rows = { extracted: extracted.extracted, analysed: analysedRows };
    const work = countWork(workShape(inputs), extracted.tokens, rows, request.options);
    await learnRates(context.devices.report, work, context.stages.seconds());
    holdRun({ analysed, answers: run.selection ?? [], place: context.devices.report });
    return checkRun(run, 'this run');
  });
}

/** What is written is read once: more than some chunks in memory would serve nobody. */
const passMemoryBytes = 256 * 2 ** 20;

/** Activations of one file, or of its first rows, in file order, as the bytes of a file of the format asked for. */
export function extractFile(request: ExtractRequest, report: (event: RunEvent) => void): Promise<Blob> {
  const { role, options, format } = request;
  const read = (progress: Progress) => readOneFile(request, role, progress);
  return withInputs(request, read, report, async (inputs, { stages, devices }) => {
    checkOptions(options, inputs.task, 1);
    const { data } = inputs.source;
    const { sources } = await vectorsOf(inputs, stages, devices, [inputs.source], passMemoryBytes);
    return stages.run('write', data.kind === 'labelling' ? 'words' : 'rows', undefined, (progress) =>
      activationsFile(sources[0], data, format, { progress }),
    );
  });
}

/** Reads the files and chooses the device, which is closed whatever happens. */
async function withInputs<I extends Inputs, T>(
  request: RunRequest,
  read: (progress: Progress) => Promise<I>,
  report: (event: RunEvent) => void,
  work: (inputs: I, context: Context) => Promise<T>,
): Promise<T> {
  const stages = new Stages(report);
  const devices = await Devices.choose(request.options, stages.warn);
  report({ kind: 'device', device: devices.report });
  try {
    const inputs = await stages.run('read', 'bytes', undefined, read);
    inputs.warnings.forEach(stages.warn);
    return await work(inputs, { stages, devices, asked: request.options });
  } finally {
    devices.close();
  }
}
