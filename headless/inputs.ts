/**
 * The files of a folder that are handed to the page, by name only: not one byte is read here. What they are, and what is
 * wrong with them, is the page's to say.
 */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { WinnowError } from '../src/base/errors.ts';

export interface InputFile {
  /** On this machine. */
  location: string;
  /** As the page sees it: the folder's name, then the file's. */
  path: string;
}

/** What a model or data folder is made of; other files go along, up to the limit, so that the page can say what they are. */
const wanted = /^(config\.json|.*\.(safetensors|bin|pt|pth|ckpt)|.*\.index\.json|tokenizer.*\.json|.*\.tsv)$/;
const fileLimit = 200;

/**
 * Files of the model's and the data's folder, each once.
 * @throws WinnowError `missing-file` for a folder that cannot be listed.
 */
export async function collectInputs(model: string, data: string): Promise<InputFile[]> {
  const folders = [...new Set([resolve(model), resolve(data)])];
  const names = folders.map((folder) => basename(folder));
  if (names.length === 2 && names[0] === names[1]) names[1] = `${names[1]}-data`;
  const lists = await Promise.all(folders.map((folder, index) => list(folder, names[index] ?? folder)));
  return lists.flat();
}

async function list(folder: string, name: string): Promise<InputFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const message = `The folder "${folder}" cannot be read: ${(cause as Error).message}.`;
    throw new WinnowError('missing-file', message, 'Check the path and that you may read it.', cause);
  });
  const files = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
  const ordered = [...files.filter((file) => wanted.test(file)), ...files.filter((file) => !wanted.test(file))];
  return ordered.slice(0, fileLimit).map((file) => ({ location: join(folder, file), path: `${name}/${file}` }));
}
