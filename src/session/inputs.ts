/**
 * The files of a run, read and hashed: the model that will be opened, the rows of the data files and the facts that the
 * run file states about them. Refuses to start while anything that the work needs is missing.
 */
import type { Progress } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import { sha256, sha256Text } from '../base/hash.ts';
import { dataSet, missingFile, type DataFile } from '../data/data-set.ts';
import type { Recognised as RecognisedData } from '../data/recognise.ts';
import { tasks, withLabels, type LabelledTask } from '../data/tasks.ts';
import { graphVersion } from '../model/graph/version.ts';
import type { ModelSource } from '../model/recognise.ts';
import type { Aggregation, Tokenizer } from '../model/tokenize.ts';
import type { RunFile } from '../report/run.ts';
import type { DroppedFile, Role, RunRequest } from './contract.ts';
import { find } from './inspect.ts';
import { fileSource, planOf, textColumns, type Plan, type Source } from './sources.ts';
import type { WorkShape } from './work.ts';

export interface Inputs {
  model: ModelSource;
  tokenizer: Tokenizer;
  /** For the run file. */
  modelFacts: RunFile['model'];
  task: LabelledTask;
  /** For the run file: of all data files that are used. */
  fileFacts: RunFile['data']['files'];
  /** Names of the columns that the text stands in; empty where the task decides. */
  columns: (string | null)[];
  /** Of weights, config and tokenizer: everything of the model that decides activations. */
  modelHash: string;
  hashes: ReadonlyMap<string, string>;
  /** Tokens a row, special ones included: as asked for, but never beyond what the model takes; words are never cut. */
  maxLength: number;
  /** Which of a word's subwords stand for it. */
  aggregation: Aggregation;
  warnings: string[];
}

export interface AnalysisInputs extends Inputs {
  plan: Plan;
}

export interface FileInputs extends Inputs {
  source: Source;
}

/**
 * Everything that an analysis needs; `rows` of the request cuts the train file.
 * @throws WinnowError of the first thing missing, `unreadable-file` when a file vanished since it was dropped.
 */
export async function readAnalysis(request: RunRequest, progress: Progress): Promise<AnalysisInputs> {
  const found = await recognise(request, () => true);
  const { data, task } = found;
  const plan = planOf(dataSet(data, tasks[task], request.options.rows));
  const files = new Set(plan.sources.map(({ file }) => file));
  return { ...(await read(found, [...files], plan.task, request, progress)), plan };
}

/** The same for one data file alone, whose first `rows` rows are used. */
export async function readOneFile(request: RunRequest, role: Role, progress: Progress): Promise<FileInputs> {
  const found = await recognise(request, (missing) => missing === null || missing === role);
  const { data, task } = found;
  const file = data[role];
  if (!file) throw missingFile(role, tasks[task]);
  const labelled = withLabels(tasks[task], file.data.labels ?? []);
  const source = fileSource(file, request.options.rows);
  return { ...(await read(found, [file], labelled, request, progress)), source };
}

interface Found {
  source: ModelSource;
  tokenizer: Tokenizer;
  facts: Omit<RunFile['model'], 'sha256'>;
  longest: number;
  data: RecognisedData;
  task: RunFile['data']['task'];
  columns: (string | null)[];
  warnings: string[];
}

/** @param matters whether a data file that is missing in this role stands in the way; null concerns all. */
async function recognise(request: RunRequest, matters: (role: Role | null) => boolean): Promise<Found> {
  const { model, data } = await find(request.files, request.corrections);
  const [missing] = [...model.missing, ...data.missing.filter(({ role }) => matters(role))];
  if (missing) throw new WinnowError(missing.code, missing.message, missing.next);
  const { source, card } = model;
  if (!source?.tokenizer || !card || !data.card) {
    const next = 'Drop a model folder and a data folder, then start the run.';
    throw new WinnowError('missing-file', 'A model, its tokenizer and a data set are needed.', next);
  }
  const { name, architecture, layers, hidden, parameters, maxLength } = card;
  return {
    source,
    tokenizer: source.tokenizer,
    facts: { name, architecture, layers, hidden, parameters },
    longest: maxLength,
    data,
    task: data.card.task,
    columns: textColumns(data.card.columns),
    warnings: [...model.notices, ...data.notices].map(({ message }) => message),
  };
}

async function read(
  { source, tokenizer, facts, longest, columns, warnings }: Found,
  dataFiles: readonly DataFile[],
  task: LabelledTask,
  { options }: RunRequest,
  progress: Progress,
): Promise<Inputs> {
  const modelFiles = [...source.weightFiles, source.configFile, ...source.tokenizerFiles];
  const labelFiles = dataFiles.flatMap(({ labels }) => labels ?? []);
  const hashes = await hashAll([...modelFiles, ...dataFiles, ...labelFiles], progress);
  const hashOf = ({ path }: DroppedFile): string => hashes.get(path) ?? '';
  const weightHashes = source.weightFiles.map(hashOf);
  return {
    model: source,
    tokenizer,
    modelFacts: {
      ...facts,
      sha256: weightHashes.length === 1 ? weightHashes[0] : await sha256Text(weightHashes.join('')),
    },
    task,
    fileFacts: dataFiles.flatMap((file) =>
      [file, ...(file.labels ? [file.labels] : [])].map((one) => ({
        role: file.role,
        name: one.path.split('/').at(-1) ?? one.path,
        bytes: one.file.size,
        sha256: hashOf(one),
      })),
    ),
    columns,
    modelHash: await sha256Text(modelFiles.map(hashOf).join('')),
    hashes,
    maxLength: task.kind === 'labelling' ? longest : Math.min(options.maxLength, longest),
    aggregation: options.aggregation,
    warnings,
  };
}

/** What the arithmetic of a run depends on. */
export function workShape({ model, task }: Inputs): WorkShape {
  const { layers, hidden, intermediate } = model.config;
  return { layers, hidden, intermediate, outputs: task.labels?.length ?? 1 };
}

/** The key under which activations are kept: every input of extraction, and the order of the rows. */
export function activationKey(inputs: Inputs, source: Source, backend: string): Promise<string> {
  const { task, maxLength, aggregation, columns } = inputs;
  const { ordering, data } = source;
  const text = [inputs.hashes.get(source.file.path), task.name, ...columns];
  const pooling = data.kind === 'labelling' ? [aggregation] : [];
  const way = [ordering, data.rows.length, maxLength, ...pooling, backend];
  return sha256Text(JSON.stringify([graphVersion, inputs.modelHash, ...text, ...way]));
}

/** Hashes of all files by path; progress is in bytes over all of them. */
async function hashAll(files: DroppedFile[], progress: Progress): Promise<Map<string, string>> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const hashes = new Map<string, string>();
  let before = 0;
  for (const { path, file } of files) {
    const start = before;
    hashes.set(path, await sha256(file, { progress: (done) => progress(start + done, total) }));
    before += file.size;
  }
  return hashes;
}
