/**
 * The files of a run, read and hashed: the model that will be opened, the rows of the data files and the facts that the
 * run file states about them. Refuses to start while anything that the work needs is missing.
 */
import type { Progress } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import { sha256, sha256Text } from '../base/hash.ts';
import type { DataFile } from '../data/data-set.ts';
import type { Recognised as RecognisedData } from '../data/recognise.ts';
import type { Instance } from '../data/rows.ts';
import { tasks, withLabels, type LabelledTask } from '../data/tasks.ts';
import { graphVersion } from '../model/graph/version.ts';
import type { ModelSource } from '../model/recognise.ts';
import type { Tokenizer } from '../model/tokenize.ts';
import type { RunFile } from '../report/run.ts';
import type { DroppedFile, Role, RunRequest } from './contract.ts';
import { find } from './inspect.ts';
import type { WorkShape } from './work.ts';

/** One data file: its instances and their labels, class numbers or scores, in file order. */
export interface DataPart {
  role: Role;
  instances: Instance[];
  labels: Int32Array | Float32Array;
  facts: RunFile['data']['files'][number];
}

export interface Inputs {
  model: ModelSource;
  tokenizer: Tokenizer;
  /** For the run file. */
  modelFacts: RunFile['model'];
  task: LabelledTask;
  parts: Map<Role, DataPart>;
  /** Of weights, config and tokenizer: everything of the model that decides activations. */
  modelHash: string;
  /** Tokens a row, special ones included: as asked for, but never beyond what the model takes. */
  maxLength: number;
  warnings: string[];
}

/**
 * @param needs roles that must be there; `rows` of the request cuts the train file.
 * @throws WinnowError of the first thing missing, `unreadable-file` when a file vanished since it was dropped.
 */
export async function readInputs(request: RunRequest, needs: readonly Role[], progress: Progress): Promise<Inputs> {
  const { model: found, data } = await find(request.files, request.corrections);
  const missing = [...found.missing, ...data.missing.filter(({ role }) => role === null || needs.includes(role))];
  if (missing.length > 0) {
    const { code, message, next } = missing[0];
    throw new WinnowError(code, message, next);
  }
  const { source, card } = found;
  if (!source?.tokenizer || !source.tokenizerFile || !card || !data.card) {
    const next = 'Drop a model folder and a data folder, then start the run.';
    throw new WinnowError('missing-file', 'A model, its tokenizer and a data set are needed.', next);
  }
  const dataFiles = needs.map((role) => dataFile(data, role));
  const modelFiles = [...source.weightFiles, source.configFile, source.tokenizerFile];
  const hashes = await hashAll([...modelFiles, ...dataFiles], progress);
  const hashOf = ({ path }: DroppedFile): string => hashes.get(path) ?? '';
  const weightHashes = source.weightFiles.map(hashOf);
  const task = withLabels(tasks[data.card.task], data.card.labels);
  return {
    model: source,
    tokenizer: source.tokenizer,
    modelFacts: {
      name: card.name,
      architecture: card.architecture,
      layers: card.layers,
      hidden: card.hidden,
      parameters: card.parameters,
      sha256: weightHashes.length === 1 ? weightHashes[0] : await sha256Text(weightHashes.join('')),
    },
    task,
    parts: new Map(
      dataFiles.map((file) => [file.role, dataPart(file, hashOf(file), task, request.options.rows)] as const),
    ),
    modelHash: await sha256Text(modelFiles.map(hashOf).join('')),
    maxLength: Math.min(request.options.maxLength, card.maxLength),
    warnings: [...found.notices, ...data.notices].map(({ message }) => message),
  };
}

/** What the arithmetic of a run depends on. */
export function workShape({ model, task }: Inputs): WorkShape {
  const { layers, hidden, intermediate } = model.config;
  return { layers, hidden, intermediate, outputs: task.labels?.length ?? 1 };
}

/** The key under which activations are kept: every input of extraction, and the order of the rows. */
export function activationKey(
  inputs: Inputs,
  part: DataPart,
  ordering: { name: 'file' | 'split'; rows: number; backend: string },
): Promise<string> {
  const { name, rows, backend } = ordering;
  const data = [part.facts.sha256, inputs.task.name];
  return sha256Text(JSON.stringify([graphVersion, inputs.modelHash, ...data, name, rows, inputs.maxLength, backend]));
}

function dataFile(data: RecognisedData, role: Role): DataFile {
  const file = data[role];
  if (file) return file;
  throw new WinnowError('missing-file', `The ${role} file is missing.`, `Add ${role}.tsv of the same task.`);
}

function dataPart(file: DataFile, sha256: string, task: LabelledTask, rows: number | null): DataPart {
  if (task.kind !== 'glue' || file.data.kind !== 'sentence') throw notGlue(task);
  const all = file.data.instances;
  const instances = file.role === 'train' && rows !== null ? all.slice(0, rows) : all;
  const numbers = instances.map(({ label }) => label);
  const name = file.path.split('/').at(-1) ?? file.path;
  return {
    role: file.role,
    instances,
    labels: task.labels ? Int32Array.from(numbers) : Float32Array.from(numbers),
    facts: { role: file.role, name, bytes: file.file.size, sha256 },
  };
}

function notGlue({ title }: LabelledTask): WinnowError {
  const message = `${title} was recognised, but only GLUE tasks can be analysed.`;
  return new WinnowError('bad-data', message, 'Use the files of a GLUE task.');
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
