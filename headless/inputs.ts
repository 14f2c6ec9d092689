/**
 * The files that are handed to the page, by name only: but for an experiment configuration, which names others, not one
 * byte is read here. What they are, and what is wrong with them, is the page's to say.
 */
import { existsSync } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
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

/** A hub's cache keeps a model in hub/models--NAME/snapshots/REVISION, below the folder of the cache. */
const depth = 5;

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
    if (location === undefined) continue;
    const path = await addFile(inputs, resolve(location));
    if (Object.hasOwn(roles, path)) {
      const message = `--${roles[path]} and --${role} name one file, "${location}".`;
      throw new WinnowError('bad-option', message, 'Give each part a file of its own.');
    }
    roles[path] = role;
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
  const folder = folderFor(inputs, location);
  const path = `${folder}/${basename(location)}`;
  inputs.push({ location, path });
  const labels = location.replace(/\.word(s?)(\.gz)?$/, '.label$1$2');
  if (labels !== location && existsSync(labels)) {
    inputs.push({ location: labels, path: `${folder}/${basename(labels)}` });
  }
  return path;
}

/** Under its folder's name; where another folder is called so already, under that with a number. */
function folderFor(inputs: readonly InputFile[], location: string): string {
  const parent = dirname(location);
  const name = basename(parent) || 'files';
  for (let number = 1; ; number++) {
    const folder = number === 1 ? name : `${name}-${number}`;
    const others = inputs.filter(({ path }) => path.startsWith(`${folder}/`));
    if (others.every((other) => other.path.split('/').length === 2 && dirname(other.location) === parent))
      return folder;
  }
}

async function list(folder: string, name: string): Promise<InputFile[]> {
  const files = await filesIn(folder, depth).catch(unreadable(`The folder "${folder}"`));
  return files.map((location) => ({ location, path: [name, ...relative(folder, location).split(sep)].join('/') }));
}

/** Links are followed; pipes and sockets, and links that lead nowhere, are no files. */
async function filesIn(folder: string, levels: number): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
  const kinds = await Promise.all(names.map((name) => stat(name).catch(() => null)));
  const files = names.filter((_, index) => kinds[index]?.isFile());
  if (levels === 1) return files;
  const folders = names.filter((_, index) => kinds[index]?.isDirectory());
  const deeper = await Promise.all(folders.map((inner) => filesIn(inner, levels - 1).catch(() => [])));
  return [...files, ...deeper.flat()];
}
