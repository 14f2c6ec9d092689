/**
 * Model and data of a run among their owner's files, as they are published: only what reads the model, only the data that the
 * run was made with, both told by their hashes; nothing of where they lay on the owner's disk.
 */
import type { Control } from '../base/abort.ts';
import type { NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { baseName, folderOf } from '../base/source-file.ts';
import { sha256Text } from '../base/text-hash.ts';
import { kindOf, type ModelFileKind } from '../model/model-file-kinds.ts';
import type { RunFile } from '../run/run-file.ts';
import type { HostedRecord } from './hosted.ts';

/** A file as its owner has it. */
export interface OwnFile {
  /** With its folder's. */
  path: string;
  content: NamedBlob;
}

/** A file as it is published. */
export interface GivenFile {
  /** In the result's folder. */
  path: string;
  role: HostedRecord['files'][number]['role'];
  content: Blob;
}

const readKinds: readonly ModelFileKind[] = ['config', 'tokenizer', 'settings'];
const weightKinds: readonly ModelFileKind[] = ['weights', 'checkpoint', 'export', 'export-data'];
const indexKinds: readonly ModelFileKind[] = ['index', 'checkpoint-index'];

/**
 * Of a model's files those that read it: no optimiser, no log, no other weights. Progress is in bytes, of each file.
 * @throws WinnowError `bad-model` where none of them are the run's, `bad-option` for a name that no address holds.
 */
export async function modelFiles(files: readonly OwnFile[], run: RunFile, control: Control): Promise<GivenFile[]> {
  if (run.model.adapter !== undefined) {
    const message = 'The run was made with an adapter, which the page of others cannot merge.';
    throw new WinnowError('bad-model', message, 'Publish it without the model, or run the merged model.');
  }
  const weights = await weightsOf(files, run, control);
  const folder = folderOf(weights[0].path);
  const kinds = weights.length > 1 ? [...readKinds, ...indexKinds] : readKinds;
  const others = files.filter(({ path }) => {
    const kind = kindOf(path);
    return folderOf(path) === folder && kind !== null && kinds.includes(kind);
  });
  return Promise.all(
    [...others, ...weights].map(async (file) => ({
      path: `model/${plainName(file.path)}`,
      role: 'model' as const,
      content: await plainFile(file),
    })),
  );
}

/** About as many bytes as model and data will have, told by names alone. */
export function likelyBytes(files: readonly OwnFile[], { model, data }: RunFile): number {
  const isWeights = (path: string): boolean => model.weights?.includes(baseName(path)) ?? kindOf(path) === 'weights';
  const ofModel = files.filter(({ path }) => readKinds.includes(kindOf(path) ?? 'side') || isWeights(path));
  const sizes = [...ofModel.map(({ content }) => content.size), ...data.files.map(({ bytes }) => bytes)];
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Told by their hash: those that the run was made with. */
async function weightsOf(files: readonly OwnFile[], run: RunFile, control: Control): Promise<OwnFile[]> {
  const ofWeights = files
    .filter(({ path }) => weightKinds.includes(kindOf(path) ?? 'side'))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const named = ofWeights.filter(({ path }) => run.model.weights?.includes(baseName(path)));
  const safetensors = ofWeights.filter(({ path }) => kindOf(path) === 'weights');
  const tries = [named, safetensors, ...ofWeights.map((file) => [file])].filter((list) => list.length > 0);
  const hashes = new Map<string, string>();
  const hashOf = async ({ path, content }: OwnFile): Promise<string> => {
    const hash = hashes.get(path) ?? (await sha256(content, control));
    hashes.set(path, hash);
    return hash;
  };
  for (const list of tries) {
    const each: string[] = [];
    for (const file of list) each.push(await hashOf(file));
    if ((each.length === 1 ? each[0] : await sha256Text(each.join(''))) === run.model.sha256) return list;
  }
  const message = 'No weights among the files of the model are those that the run was made with.';
  throw new WinnowError('bad-model', message, 'Give the model’s folder, or publish the result without model and data.');
}

/**
 * Called by their part, not as their owner calls them. Progress is in bytes, of each file.
 * @throws WinnowError `bad-data` where one of the run's is not there.
 */
export async function dataFiles(files: readonly OwnFile[], run: RunFile, control: Control): Promise<GivenFile[]> {
  const found: GivenFile[] = [];
  for (const { role, bytes, sha256: wanted } of run.data.files) {
    const alike = files.filter(({ content }) => content.size === bytes);
    let own: OwnFile | null = null;
    for (const file of alike) if ((await sha256(file.content, control)) === wanted) own = file;
    if (!own) {
      const message = `The ${role} file that the run was made with is not among the files of the data.`;
      throw new WinnowError('bad-data', message, 'Give the data of the run, or publish it without model and data.');
    }
    const [ending = ''] = /\.[a-z0-9]+$/.exec(baseName(own.path).toLowerCase()) ?? [];
    const path = `data/${role}${ending}`;
    const isTaken = found.some((file) => file.path === path);
    found.push({
      path: isTaken ? path.replace(role, `${role}-${found.length + 1}`) : path,
      role,
      content: own.content,
    });
  }
  return found;
}

function plainName(path: string): string {
  const name = baseName(path);
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  const next = 'Rename it with letters, digits, dots, dashes and underscores alone.';
  throw new WinnowError('bad-option', `"${name}" is no name for a file on the web.`, next);
}

/** Places on the owner's disk that libraries write into a model's own files. */
const placeFields = ['_name_or_path', 'name_or_path', 'tokenizer_file', 'special_tokens_map_file', 'cache_dir'];

/** The file; settings without what they say of the owner's disk. @throws WinnowError `bad-file`. */
export async function plainFile({ path, content }: OwnFile): Promise<Blob> {
  const kind = kindOf(path);
  if (kind !== 'config' && kind !== 'settings') return content;
  const value = await jsonOf(content, path);
  if (typeof value !== 'object' || value === null || !placeFields.some((field) => field in value)) return content;
  const kept = Object.entries(value).filter(([field]) => !placeFields.includes(field));
  return new Blob([`${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`], { type: 'application/json' });
}

async function jsonOf(content: Blob, path: string): Promise<unknown> {
  try {
    return JSON.parse(await content.text());
  } catch (cause) {
    const message = `\`${baseName(path)}\` cannot be read as JSON: ${(cause as Error).message}.`;
    throw new WinnowError('bad-file', message, 'Copy the model’s folder again.', cause);
  }
}
