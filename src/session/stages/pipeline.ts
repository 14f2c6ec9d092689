/**
 * The analysis, stage by stage: read → tokenise → extract → probes → products → clusters → selection, with measures behind the probes
 * and behind the selection. Each stage takes the former's output; only activations are kept between runs, under a hash of
 * everything that decides their numbers. The last run stays in memory, for questions that come later.
 */
import { writeActivations } from '../../activations/file/write.ts';
import { labelledWords } from '../../data/no-label.ts';
import type { Control, Progress } from '../../base/abort.ts';
import { checkRun, type RunFile } from '../../run/run-file.ts';
import type { Expectation, Rates, Stage } from '../../run/stage.ts';
import type { ExtractRequest, LaterAnswer, RunEvent, RunRequest } from '../contract.ts';
import { measureTraining } from '../estimate/measure.ts';
import { leftOutOf, occasionOf, workloadOf } from '../estimate/workload.ts';
import { readAnalysis, readOneFile, type AnalysisInputs, type Inputs } from '../inputs/inputs.ts';
import type { ExtractedSource } from '../inputs/stores.ts';
import type { SourceRows } from '../inputs/sources.ts';
import { vectorsOf } from '../inputs/vectors.ts';
import { neuronProducts, type NeuronProducts } from '../../redundancy/neuron-products.ts';
import { checkOptions } from '../options.ts';
import { clusterNeurons } from './clusters.ts';
import type { Context, PreparedParts, TrainedRun } from './context.ts';
import { Devices } from './device.ts';
import { holdRun } from './later-questions.ts';
import { scoreLayers } from './layers.ts';
import { leaveLayersOut } from './leave-out.ts';
import { notShortened } from './left-out-lengths.ts';
import { measureProbes, measureSelection } from './measures.ts';
import { prepare } from './prepare.ts';
import { judged, runFile } from './run-file.ts';
import { answerQuestions } from './selection.ts';
import {
  expectations,
  extract,
  products as productStage,
  read,
  stagesFor,
  type RunOccasion,
  tokenize,
  usualRates,
  write,
} from './stage-table.ts';
import { timeRun } from './timing.ts';
import { warnOfLimit } from './training-limit.ts';
import { Stages } from './stages.ts';

/** The whole analysis. Errors are WinnowErrors; what was extracted before one stays kept. */
export async function analyze(request: RunRequest, report: (event: RunEvent) => void): Promise<RunFile> {
  holdRun(null);
  const { options } = request;
  const usual = stagesFor({
    protocol: options.protocol,
    classes: 2,
    words: false,
    texts: options.texts,
    shortened: options.shortened,
    timing: options.timing,
    leftOut: leftOutOf(options),
  });
  const readFiles = (progress: Progress) => readAnalysis(request, progress);
  return withInputs(request, usual, readFiles, report, async (inputs, context) => {
    const { occasion, tooLong } = await occasionOf(inputs, options);
    const lack = options.shortened ? notShortened(inputs) : null;
    if (lack !== null) context.stages.warn(lack);
    context.stages.announce(stagesFor(occasion), await expectedStages(request, inputs, occasion, context));
    const prepared = await prepare(inputs, inputs.plan, context);
    const layers = await scoreLayers(context, prepared);
    const products = await multiplyNeurons(context, prepared);
    const similar = await measureProbes(context, occasion, { ...prepared, layers, products });
    const { clusterer, entries: clustering } = await clusterNeurons(context, prepared, layers, products);
    const trained: TrainedRun = { ...prepared, layers, clusterer, searches: new Map() };
    const selections = await answerQuestions(context, trained);
    const further = await measureSelection(context, occasion, { ...trained, ...selections });
    const { geometry } = similar;
    const isShortened = occasion.shortened && geometry;
    const shortened = isShortened ? await leaveLayersOut(context, inputs, { ...prepared, layers }, geometry) : null;
    const measured = { ...similar, ...further, ...(shortened && { shortened }) };
    const timing = options.timing ? await timeRun(context, inputs, { ...trained, ...selections }) : null;
    warnOfLimit(context.stages, prepared.options);
    const found = checkRun(
      runFile(inputs, context, { tooLong, trained, clustering, selections, measured, timing }),
      'this run',
    );
    const run = judged(found);
    holdRun({ trained, answers: answersOf(run), place: context.devices.report });
    return run;
  });
}

function answersOf({ selection, mcnemar }: RunFile): LaterAnswer[] {
  return (selection ?? []).map((entry, index) => ({ entry, comparison: mcnemar?.comparisons[index] ?? null }));
}

/** Of the train rows. */
function multiplyNeurons({ stages, devices }: Context, { parts }: PreparedParts): Promise<NeuronProducts> {
  const { activations } = parts.train;
  return stages.run(productStage, { rows: activations.rows }, (progress) =>
    devices.compute((device) => neuronProducts(device, activations, { progress })),
  );
}

/** What the stages are expected to take; how fast probes are trained is measured here unless it was before. */
async function expectedStages(
  { options, rates }: RunRequest,
  inputs: AnalysisInputs,
  occasion: RunOccasion,
  { devices }: Context,
): Promise<Map<string, Expectation>> {
  const { layers, hidden } = inputs.modelFacts;
  const shape = { layers: layers + 1, hidden, outputs: inputs.task.labels?.length ?? 1 };
  const measured: Rates = rates ?? {
    ...usualRates(devices.report),
    ...(await measureTraining(devices, shape, options)),
  };
  const all = inputs.plan.sources.map(() => 1);
  return expectations(occasion, await workloadOf(inputs, options, all, measured.epochs), measured);
}

/** What is written is read once: more than some chunks in memory would serve nobody. */
const passMemoryBytes = 256 * 2 ** 20;

/** Activations of one file, or of its first rows, in file order, as the bytes of a file of the format asked for. */
export function extractFile(request: ExtractRequest, report: (event: RunEvent) => void): Promise<Blob> {
  const { role, options, format } = request;
  const readFiles = (progress: Progress) => readOneFile(request, role, progress);
  const table = [read, tokenize, extract, write];
  return withInputs(request, table, readFiles, report, async (inputs, { stages, devices }) => {
    checkOptions(options, inputs.task, 'extract');
    const { source: fileRows, inRun } = inputs;
    const { data } = fileRows;
    const kept = inRun && { inRun: new Map([[fileRows, inRun]]) };
    const extraction = { inputs, stages, sources: [fileRows], ...kept, limitBytes: passMemoryBytes };
    const [source] = await vectorsOf(extraction, devices);
    const unit = data.kind === 'labelling' ? 'words' : 'rows';
    return stages.run(write, { unit }, (progress) => writeSource(source, data, format, { progress }));
  });
}

/** A labelling sentence that was left out has no rows and no words in the file, and keeps its place. */
function writeSource(
  { activations, starts }: ExtractedSource,
  data: SourceRows,
  format: ExtractRequest['format'],
  control: Control,
): Promise<Blob> {
  if (data.kind === 'sentence') return writeActivations(format, { activations, lengths: null, words: null }, control);
  const lengths = Int32Array.from(data.rows, (_, row) => starts[row + 1] - starts[row]);
  const words = data.rows.map((sentence, row) => (lengths[row] > 0 ? labelledWords(sentence) : []));
  return writeActivations(format, { activations, lengths, words }, control);
}

/** Reads the files and chooses the device, which is closed whatever happens. */
export async function withInputs<I extends Inputs, T>(
  request: RunRequest,
  table: readonly Stage[],
  readFiles: (progress: Progress) => Promise<I>,
  report: (event: RunEvent) => void,
  work: (inputs: I, context: Context) => Promise<T>,
): Promise<T> {
  const stages = new Stages(report);
  stages.announce(table);
  return Devices.during(request.options, stages, async (devices) => {
    const inputs = await stages.run(read, {}, readFiles);
    inputs.warnings.forEach(stages.warn);
    return work(inputs, { stages, devices, runOptions: request.options });
  });
}
