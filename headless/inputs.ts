/**
 * The files that are handed to the page, by name only: but for an experiment configuration, which names others, not one
 * byte is read here. What they are, and what is wrong with them, is the page's to say.
 */
import { existsSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { WinnowError } from '../src/base/errors.ts';
import type { TaskName } from '../src/data/tasks.ts';
import type { Corrections, Role, RunOptions } from '../src/session/contract.ts';
import { readExperiment } from './experiment.ts';
import type { InputFile } from './drive.ts';
import { unreadable } from './failure.ts';

/** Folders, single files by role, and what else the command line says of them. */
export interface GivenFiles {
  /** null where activations are given, by file or by the configuration. */
  model: string | null;
  /** A weight file inside the model's folder; null: the page chooses. */
  weights: string | null;
  /** Name of one of several encoders in it. */
  encoder: string | null;
  /** A LoRA adapter's folder. */
  adapter: string | null;
  /** null where single files are named. */
  data: string | null;
  files: Partial<Record<Role, string>>;
  /** Activation files; a role where it is not to be guessed from the name. */
  activations: { file: string; role: Role | null }[];
  /** An experiment configuration of the published scripts. */
  config: string | null;
  /** null: the configuration's. */
  task: TaskName | null;
  columns: NonNullable<Corrections['columns']>;
  /** How activation files, and quotes in tables, are read. */
  reading: Pick<Corrections, 'sentenceToken' | 'layers' | 'quotes'>;
}

export interface Collected {
  inputs: InputFile[];
  corrections: Corrections;
  /** Options that a configuration sets. */
  options?: Partial<RunOptions>;
}

/** A hub's cache keeps a model in snapshots/NAME, and an export lies in a folder `onnx` of it. */
const depth = 4;

/**
 * Files of the model's and the data's folder and single files, each once.
 * @throws WinnowError `missing-file` for a folder or file that cannot be read.
 */
export async function collectInputs(given: GivenFiles): Promise<Collected> {
  const { model, weights, encoder, adapter, data, files, task, columns, reading } = given;
  const folders = [...new Set([model, data, adapter].flatMap((folder) => (folder === null ? [] : [resolve(folder)])))];
  const names = folders.map((folder) => basename(folder));
  names.forEach((name, index) => {
    if (names.indexOf(name) < index)
      names[index] = `${name}-${folders[index] === resolve(adapter ?? '') ? 'adapter' : 'data'}`;
  });
  const lists = await Promise.all(folders.map((folder, index) => list(folder, names[index] ?? folder)));
  const inputs = lists.flat();
  const roles: Record<string, Role> = {};
  for (const role of ['train', 'dev', 'test'] as const) {
    const location = files[role];
    if (location !== undefined) roles[await addFile(inputs, resolve(location))] = role;
  }
  for (const { file, role } of given.activations) {
    const path = await addFile(inputs, resolve(file));
    if (role !== null) roles[path] = role;
  }
  const chosen = model !== null && weights !== null ? weightsPath(inputs, resolve(model, weights), weights) : null;
  const corrections: Corrections = {
    ...(task !== null && { task }),
    ...(chosen !== null && { weights: chosen }),
    ...(encoder !== null && { encoder }),
    roles,
    columns,
    ...reading,
  };
  if (given.config === null) return { inputs, corrections };
  const { experiment, options } = await readExperiment(given.config);
  return { inputs: [...inputs, ...experiment], corrections, options };
}

function weightsPath(inputs: readonly InputFile[], location: string, given: string): string {
  const found = inputs.find((input) => input.location === location);
  if (found) return found.path;
  const message = `The model's folder holds no file "${given}".`;
  throw new WinnowError('missing-file', message, 'Name a weight file by its path inside the folder of --model.');
}

/** Adds a file under a path for the page, with the labels that lie beside words; answers with that path. */
async function addFile(inputs: InputFile[], location: string): Promise<string> {
  const known = inputs.find((input) => input.location === location);
  if (known) return known.path;
  await access(location).catch(unreadable(`The file "${location}"`));
  // Files of the same name in two folders stay apart, layers and labels in one together.
  const beside = inputs.find(
    (input) => /^file-\d+\//.test(input.path) && dirname(input.location) === dirname(location),
  );
  const folder = beside ? dirname(beside.path) : `file-${inputs.length + 1}`;
  const path = `${folder}/${basename(location)}`;
  inputs.push({ location, path });
  const labels = location.replace(/\.word(s?)(\.gz)?$/, '.label$1$2');
  if (labels !== location && existsSync(labels)) {
    inputs.push({ location: labels, path: `${folder}/${basename(labels)}` });
  }
  return path;
}

async function list(folder: string, name: string): Promise<InputFile[]> {
  const files = await filesIn(folder, depth).catch(unreadable(`The folder "${folder}"`));
  return files.map((location) => ({ location, path: [name, ...relative(folder, location).split(sep)].join('/') }));
}

async function filesIn(folder: string, levels: number): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(folder, name));
  if (levels === 1) return files;
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const deeper = await Promise.all(folders.map((inner) => filesIn(inner, levels - 1).catch(() => [])));
  return [...files, ...deeper.flat()];
}
