/**
 * The files of a run, read and hashed: the model that will be opened, the rows of the data files and the facts that the
 * run file states about them. Refuses to start while anything that the work needs is missing.
 */
import type { Progress } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import type { Alignment } from '../../activations/file/align.ts';
import { vectorParts, type VectorFile } from '../../activations/file/vector-file.ts';
import type { Pooling } from '../../base/pooling.ts';
import { sha256Text } from '../../base/text-hash.ts';
import { baseName } from '../../base/source-file.ts';
import { dataSet, missingFile, type DataFile } from '../../data/data-set.ts';
import type { DataRecognition } from '../../data/recognise.ts';
import { tasks, withLabels, type LabelledTask } from '../../data/tasks.ts';
import type { ModelSource } from '../../model/recognise.ts';
import type { Aggregation } from '../../tokenizer/rows.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { Corrections, DroppedFile, Role, RunOptions, RunRequest } from '../contract.ts';
import { columnFacts, formFacts, modelChoices } from './choices.ts';
import { hashAll, hashOfAll } from './hashes.ts';
import { recogniseInputs, type InputsRecognition } from './recognise.ts';
import { fileSource, planOf, quickLook, textColumns, type Plan, type RowSource } from './sources.ts';

export interface FromModel {
  from: 'model';
  model: ModelSource;
  tokenizer: Tokenizer;
  /** Of weights, config and tokenizer: everything of the model that decides activations. */
  hash: string;
  /** Tokens a row, special ones included: as asked for, but never beyond what the model takes; words are never cut. */
  maxLength: number;
  /** What stands for a sentence. */
  pooling: Pooling;
  /** Which of a word's subwords stand for it. */
  aggregation: Aggregation;
}

/** What was extracted elsewhere. */
export interface FromFiles {
  from: 'files';
  /** By the role of the data file that they are of. */
  files: ReadonlyMap<Role, VectorFile>;
  reading: {
    /** Layers of arrays that do not say them; of the others, what they say. */
    layers: number;
    /** What stands for a sentence of several tokens; null where there is no such choice. */
    token: Pooling | null;
    /** How vectors of subwords become those of words; null: they are of words, or there is no tokenizer. */
    alignment: (Omit<Alignment, 'form'> & { files: DroppedFile[] }) | null;
  };
}

export interface Inputs {
  vectors: FromModel | FromFiles;
  /** For the run file. */
  modelFacts: RunFile['model'];
  task: LabelledTask;
  /** For the run file: of all data files that are used. */
  fileFacts: RunFile['data']['files'];
  /** Names of the columns that the text stands in; empty where the task decides. */
  columns: (string | null)[];
  /** Name of the column of labels; null where the task decides. */
  labelColumn: string | null;
  /** For the run file: columns in use and the others; undefined where the task decides. */
  columnFacts: RunFile['data']['columns'];
  /** Paths of files between tabs whose cells are quoted. */
  quotedFiles: ReadonlySet<string>;
  /** Of every file that is used, by path. */
  hashes: ReadonlyMap<string, string>;
  /** Of all of them. */
  bytes: number;
  warnings: string[];
}

export interface AnalysisInputs extends Inputs {
  plan: Plan;
}

interface FileInputs extends Inputs {
  source: RowSource;
  /** The same rows as a run with these options has them, where that is another order. */
  inRun: RowSource | null;
}

/**
 * Everything that an analysis needs; `rows` of the request cuts the train file, `quick` takes a sample of every part.
 * @throws WinnowError of the first thing missing, `unreadable-file` when a file vanished since it was dropped.
 */
export async function readAnalysis(
  request: RunRequest,
  progress: Progress,
  recognised?: InputsRecognition,
): Promise<AnalysisInputs> {
  const { usable, plan } = await planAnalysis(request, recognised);
  const files = new Set(plan.sources.map(({ file }) => file));
  return { ...(await read(usable, [...files], plan.task, request, progress)), plan };
}

/** What will be worked on, before anything is hashed. @param recognised what the files are, where it is known. */
export async function planAnalysis(
  request: RunRequest,
  recognised?: InputsRecognition,
): Promise<{ usable: UsableInputs; plan: Plan }> {
  const usable = await findInputs(request, () => true, recognised);
  const { data, task, corrections } = usable;
  const { rows, quick } = request.options;
  const plan = planOf(dataSet(data, tasks[task], rows, corrections));
  return { usable, plan: quick ? quickLook(plan) : plan };
}

/** The same for one data file alone, whose first `rows` rows are used. */
export async function readOneFile(request: RunRequest, role: Role, progress: Progress): Promise<FileInputs> {
  const usable = await findInputs(request, (missing) => missing === null || missing === role);
  const { data, task } = usable;
  const file = data[role];
  if (!file) throw missingFile(role, tasks[task]);
  const labelled = withLabels(tasks[task], file.data.labels ?? []);
  const source = fileSource(file, request.options.rows);
  const inRun = orderedByRun(usable, request, file);
  return { ...(await read(usable, [file], labelled, request, progress)), source, inRun };
}

/** What keeps a run from starting keeps no file from being extracted. */
function orderedByRun(
  { data, task, corrections }: UsableInputs,
  request: RunRequest,
  file: DataFile,
): RowSource | null {
  try {
    const { sources } = planOf(dataSet(data, tasks[task], request.options.rows, corrections));
    return sources.find((source) => source.file === file && source.ordering === 'split') ?? null;
  } catch (error) {
    if (error instanceof WinnowError) return null;
    throw error;
  }
}

/** What was recognised and can be used, before it is hashed. */
export interface UsableInputs extends Pick<Inputs, 'columns' | 'labelColumn' | 'columnFacts' | 'warnings'> {
  /** Of a model: `maxLength` is what it takes. */
  vectors: Omit<FromModel, 'hash' | 'aggregation'> | FromFiles;
  facts: Omit<RunFile['model'], 'sha256'>;
  data: DataRecognition;
  task: RunFile['data']['task'];
  corrections: Corrections;
}

/** @param matters whether a data file that is missing in this role stands in the way; null concerns all. */
async function findInputs(
  { files, corrections: byUser, options }: RunRequest,
  matters: (role: string | null) => boolean,
  recognised?: InputsRecognition,
): Promise<UsableInputs> {
  const { vectors, data, corrections, notices, ...recognition } = recognised ?? (await recogniseInputs(files, byUser));
  const missing = recognition.missing.find(({ role = null }) => matters(role));
  if (missing) throw new WinnowError(missing.code, missing.message, missing.next);
  const known = knownVectors(vectors, options, data.card?.kind === 'labelling');
  if (known === null || !data.card) {
    const next = 'Drop a model folder (or activation files) and a data folder, then start the run.';
    throw new WinnowError('missing-file', 'A model, its tokenizer and a data set are needed.', next);
  }
  return {
    ...known,
    data,
    task: data.card.task,
    columns: textColumns(data.card.columns),
    labelColumn: data.card.columns?.label ?? null,
    columnFacts: columnFacts(data.card.columns),
    warnings: notices.map(({ message }) => message),
    corrections,
  };
}

function knownVectors(
  vectors: InputsRecognition['vectors'],
  options: Pick<RunOptions, 'aggregation' | 'pooling'>,
  words: boolean,
): Pick<UsableInputs, 'vectors' | 'facts'> | null {
  if (vectors.from === 'files') {
    const { card, files } = vectors.activations;
    if (card === null) return null;
    const { name, layers, hidden, sentenceToken: token } = card;
    const alignment = vectors.alignedBy && { ...vectors.alignedBy, aggregation: options.aggregation };
    const facts = { name, architecture: 'activations', layers: layers - 1, hidden, parameters: null };
    return { vectors: { from: 'files', files, reading: { layers, token, alignment } }, facts };
  }
  const { source, card } = vectors.model;
  if (!source?.tokenizer || !card) return null;
  const { name, architecture, layers, hidden, parameters, maxLength } = card;
  const pooling = (words ? null : options.pooling) ?? source.pooling;
  return {
    vectors: { from: 'model', model: source, tokenizer: source.tokenizer, maxLength, pooling },
    facts: { name, architecture, layers, hidden, parameters, ...modelChoices(vectors.model, pooling) },
  };
}

async function read(
  { vectors, facts, data, columns, labelColumn, columnFacts, warnings }: UsableInputs,
  dataFiles: readonly DataFile[],
  task: LabelledTask,
  { options }: RunRequest,
  progress: Progress,
): Promise<Inputs> {
  const files = filesOfVectors(vectors);
  const used = [...files, ...dataFiles.flatMap(partsOf)];
  const hashes = await hashAll(used, progress);
  const bytes = used.reduce((sum, { file }) => sum + file.size, 0);
  const hashOf = ({ path }: DroppedFile): string => hashes.get(path) ?? '';
  const byPath = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const ofVectors = vectors.from === 'model' ? vectors.model.weightFiles : byPath;
  const sha256 = await hashOfAll(ofVectors.map(hashOf));
  const factsOf = (file: DataFile): Inputs['fileFacts'] =>
    partsOf(file).map((part) => ({
      ...{ role: file.role, name: baseName(part.path), bytes: part.file.size, sha256: hashOf(part) },
      ...formFacts(data.card?.files.find(({ path }) => path === file.path)),
    }));
  return {
    vectors: vectors.from === 'model' ? await hashed(vectors) : vectors,
    modelFacts: { ...facts, sha256 },
    fileFacts: dataFiles.flatMap(factsOf),
    quotedFiles: new Set(
      data.card?.files.flatMap(({ path, form }) => (form.quoted && form.separator === '\t' ? path : [])),
    ),
    ...{ task, columns, labelColumn, columnFacts, hashes, bytes, warnings },
  };

  async function hashed(model: Omit<FromModel, 'hash' | 'aggregation'>): Promise<FromModel> {
    const maxLength = task.kind === 'labelling' ? model.maxLength : Math.min(options.maxLength, model.maxLength);
    const { encoder } = model.model;
    const hash = await sha256Text(files.map(hashOf).join('') + (encoder === null ? '' : `\n${encoder}`));
    return { ...model, hash, maxLength, aggregation: options.aggregation };
  }
}

/** The files that a data file consists of. */
function partsOf(file: DataFile): DroppedFile[] {
  return [file, ...file.shards, ...(file.labels ? [file.labels] : [])];
}

function filesOfVectors(vectors: UsableInputs['vectors']): DroppedFile[] {
  if (vectors.from === 'files') {
    return [...[...vectors.files.values()].flatMap(vectorParts), ...(vectors.reading.alignment?.files ?? [])];
  }
  const { weightFiles, configFile, tokenizerFiles } = vectors.model;
  return [...weightFiles, configFile, ...tokenizerFiles];
}
