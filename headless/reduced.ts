/** The folder of a smaller model: staged, written by the page and moved to its place. */
import { basename, resolve } from 'node:path';
import { WinnowError } from '../src/base/errors.ts';
import { answerName, type ReducedChoice } from '../src/reduced/choice.ts';
import { webDtypes } from '../src/reduced/config.ts';
import type { ReducedDtype } from '../src/reduced/head.ts';
import { entryOf, graphBytes, type ReducedRecord } from '../src/reduced/record.ts';
import { analysisOfRun } from '../src/report/analysis.ts';
import { byteSize, counted, scoreText, scoreTitles, unspaced } from '../src/report/format.ts';
import { reducedFinding } from '../src/report/savings/reduced.ts';
import { headlineOf } from '../src/report/verdict/headline.ts';
import type { ReducedEntry } from '../src/run/reduced.ts';
import type { RunFile } from '../src/run/run-file.ts';
import type { Corrections, Place } from '../src/session/contract.ts';
import { modelList } from './checksums.ts';
import type { Answer } from './command.ts';
import type { DrivenPage } from './drive.ts';
import { CommandFailure } from './failure.ts';
import type { AnalyzeCommand } from './options.ts';
import { stageFolder, type Replaces, type Staging } from './output.ts';
import { ownerIn } from './owned.ts';

const recordName = 'winnow.json';
/** Of the folder; its last place is what the graphs lie in. */
const fixedNames = ['README.md', recordName, 'config.json', 'model.safetensors', 'tokenizer.json'];
const graphFolder = 'onnx';

/** Without --force, a folder with anything in it is somebody's; with it, only what an earlier smaller model wrote is replaced. */
export function stageReduced(out: string, replaces: Replaces): Promise<Staging> {
  const graphs = Object.values(webDtypes).map(({ file }) => `${graphFolder}/${file}`);
  const names = [...fixedNames, graphFolder, ...graphs];
  const isExpected = (name: string): boolean =>
    replaces === 'nothing' ? ownerIn(name) === null : names.includes(name);
  return stageFolder(out, isExpected, replaces, { inner: [graphFolder], list: modelList });
}

/** Of the answer that the verdict is about. @throws WinnowError `bad-option` for a run without answers. */
export function headlineChoice(run: RunFile): ReducedChoice {
  const headline = headlineOf(analysisOfRun(run));
  if (headline) return { kind: 'answer', answer: answerName(headline.answer.question) };
  const message = 'The run holds no answers about neurons: none were asked for, or an earlier Winnow made it.';
  throw new WinnowError(
    'bad-option',
    message,
    'Add --layers K or --neurons FILE with --data, or run the analysis again.',
  );
}

interface WrittenModel extends Required<Answer> {
  /** For the run file; null where nothing was measured. */
  entry: ReducedEntry | null;
}

export interface ReducedOrder {
  run: RunFile;
  choice: ReducedChoice;
  dtypes: ReducedDtype[];
  corrections: Corrections;
  place: Place;
}

/** What a smaller model's own files are called others are, too: never is more overwritten. */
export function reducedReplaces(asked: Replaces): Replaces {
  return asked === 'nothing' ? 'nothing' : 'own result';
}

/** Behind an analysis, whose result is whole without it: what cannot be made is only said. */
export async function writeHeadline(
  page: DrivenPage,
  { run, corrections, options }: { run: RunFile; corrections: Corrections; options: Place },
  { out, dtypes }: NonNullable<AnalyzeCommand['reduce']>,
  staging: Staging,
): Promise<WrittenModel> {
  try {
    const { device, threads } = options;
    const order = { run, choice: headlineChoice(run), dtypes, corrections, place: { device, threads } };
    return await writeReduced(page, order, out, staging);
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    staging.discard();
    const message = `No smaller model was written: ${error.message}`;
    const failures = [new CommandFailure('incomplete', message, error.next, error)];
    return { text: '', fields: {}, failures, entry: null };
  }
}

/** @param out the folder that is staged. */
export async function writeReduced(
  page: DrivenPage,
  { corrections, ...order }: ReducedOrder,
  out: string,
  staging: Staging,
): Promise<WrittenModel> {
  const record = await page.reduce(corrections, { ...order, name: basename(resolve(out)) }, staging.folder);
  const unlisted = await staging.commit(recordName);
  const count = 2 + record.files.length;
  const entry = record.measurement && entryOf(record, record.measurement);
  return {
    text: [
      ...summary(record, order.run),
      ...(entry ? [reducedFinding(entry, order.run.metric)] : []),
      ...graphLines(record, order.run),
      `Wrote ${out} (${counted(count, 'file')}).`,
    ]
      .map(unspaced)
      .join('\n'),
    fields: { out, ...factsOf(record) },
    failures: unlisted ? [unlisted] : [],
    entry,
  };
}

function summary({ name, model, layers, neurons, claim, standard }: ReducedRecord, { metric }: RunFile): string[] {
  const kept = `${name}: ${counted(neurons.length, 'neuron')}, ${layers} of ${counted(model.layers, 'layer')} left`;
  const of = claim?.answer == null ? '' : `, answer ${claim.answer}`;
  const score = claim?.scores.test?.[metric];
  return [
    `${kept}${of}.`,
    ...(score == null ? [] : [`${scoreTitles[metric]} on test, claimed: ${scoreText(score, metric)}`]),
    'className' in standard ? `model.safetensors: ${standard.className}` : `No model.safetensors: ${standard.why}`,
  ];
}

/** What each graph has, and what was measured of it. */
function graphLines(record: ReducedRecord, { metric }: RunFile): string[] {
  return record.graphs.map(({ path, dtype }) => {
    const measured = record.measurement?.files.find((file) => file.path === path);
    const score = measured ? `, ${scoreTitles[metric]} ${scoreText(measured.scores[metric], metric)}` : '';
    const others = measured?.disagreeing == null ? '' : `, ${counted(measured.disagreeing, 'row')} answered otherwise`;
    const bytes = `${byteSize(graphBytes(record, path))} of ${byteSize(record.model.bytes)}`;
    return `${path} (${dtype}): ${bytes}${score}${others}`;
  });
}

function factsOf(record: ReducedRecord) {
  const { name, layers, neurons, claim, standard, measurement } = record;
  const graphs = record.graphs.map((graph) => ({ ...graph, bytes: graphBytes(record, graph.path) }));
  return { name, layers, neurons: neurons.length, claim, standard, measurement, graphs };
}
