/** What is published of one result, from the files that the command line names: its run, its smaller model, its model and data. */
import { openAsBlob } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { WinnowError } from '../src/base/errors.ts';
import { sha256 } from '../src/base/hash.ts';
import { sha256Text } from '../src/base/text-hash.ts';
import { runText } from '../src/exports/run.ts';
import { kindOf, type ModelFileKind } from '../src/model/model-file-kinds.ts';
import type { HostedRecord } from '../src/publication/hosted.ts';
import { firstPublication, longestNote, longestTitle } from '../src/publication/publication.ts';
import { publishedRun } from '../src/publication/run.ts';
import type { RevealedKind } from '../src/publication/run-texts.ts';
import type { HostedResult } from '../src/publication/site.ts';
import { entryOf, parseReduced, type ReducedRecord } from '../src/reduced/record.ts';
import { runTitle } from '../src/report/analysis.ts';
import type { SectionName } from '../src/report/sections.ts';
import { withReduced } from '../src/run/reduced.ts';
import { grownRun, parseRun, type RunFile } from '../src/run/run-file.ts';
import { usageFailure } from './command-line.ts';
import type { InputFile } from './drive.ts';
import { unreadable } from './failure.ts';
import { collectInputs } from './inputs.ts';
import { namedText } from './named-text.ts';

/** Of one result, as asked for; null: as usual. */
export interface HostedOrder {
  /** A run file. */
  run: string;
  title: string | null;
  /** A file of Markdown. */
  note: string | null;
  sections: SectionName[] | null;
  revealed: RevealedKind[];
  present: boolean;
  /** Folders. */
  reduced: string | null;
  model: string | null;
  data: string | null;
}

/** A result and the run that it was made of, before anything is left out. */
export interface ReadResult {
  result: HostedResult;
  run: RunFile;
  revealed: readonly RevealedKind[];
}

type Record = Pick<HostedRecord, 'files' | 'smaller' | 'columns'>;

/**
 * @param taken ids of other results
 * @throws WinnowError for files that are missing, or are not those of the run.
 */
export async function readHosted(order: HostedOrder, taken: readonly string[]): Promise<ReadResult> {
  const stored = parseRun(await namedText(order.run), basename(order.run));
  const smaller = order.reduced === null ? null : await readSmaller(order.reduced, stored);
  const run = smaller === null ? stored : withEntry(stored, smaller.record);
  // Whoever has model and data can hash the one and train the other: the page needs both to ask and to cut the model.
  const known = order.model === null ? [] : (['hashes', 'probes'] as const);
  const revealed = [...new Set([...order.revealed, ...known])];
  const published = publishedRun(run, revealed);
  const publication = firstPublication(titleOf(order.title) ?? runTitle(published), taken);
  const record: HostedRecord = {
    ...publication,
    note: order.note === null ? '' : await noteOf(order.note),
    sections: order.sections ?? publication.sections,
    opensIn: order.present ? 'present' : 'result',
    ...{ revealed, task: null },
    ...{ files: [], smaller: [], columns: null },
  };
  const files = new Map<string, Blob>();
  const parts: Record = { files: [], smaller: [], columns: null };
  if (order.model !== null && order.data !== null) {
    const given = [...(await modelFiles(order.model, run)), ...(await dataFiles(order.data, run))];
    for (const { path, content } of given) files.set(path, content);
    parts.files = given.map(({ path, role, content }) => ({ path, role, bytes: content.size }));
    const { text, pair, label } = run.data.columns ?? {};
    if (run.data.columns) parts.columns = { text, label, ...(pair != null && { pair }) };
  }
  const smallerFiles = smaller === null ? new Map<string, Blob>() : smallerOf(smaller, record, published);
  parts.smaller = [...smallerFiles.keys()];
  const result = { record: { ...record, ...parts }, run: runText(published), files, smaller: smallerFiles };
  return { result, run, revealed };
}

function titleOf(title: string | null): string | null {
  if (title === null || (title.trim() !== '' && title.length <= longestTitle)) return title;
  throw usageFailure(`--title has ${title.length} characters.`, `Give 1 to ${longestTitle}.`);
}

async function noteOf(path: string): Promise<string> {
  const text = await namedText(path);
  if (text.length <= longestNote) return text;
  throw new WinnowError(
    'bad-file',
    `The note "${path}" has ${text.length} characters.`,
    `Shorten it to ${longestNote}; a page has room for a link.`,
  );
}

interface Smaller {
  folder: string;
  record: ReducedRecord;
  files: Map<string, Blob>;
}

async function readSmaller(folder: string, run: RunFile): Promise<Smaller> {
  const record = parseReduced(await namedText(join(folder, 'winnow.json')), 'winnow.json');
  if (record.model.sha256 !== run.model.sha256) {
    const message = `The smaller model in "${folder}" was made of another model than the run.`;
    throw new WinnowError('bad-model', message, 'Name the folder that npm run reduce has written for this run.');
  }
  const files = new Map<string, Blob>();
  for (const { path, bytes } of record.files) {
    const location = join(folder, path);
    const { size } = await stat(location).catch(unreadable(`The file "${location}"`));
    if (size !== bytes) {
      const message = `"${location}" has ${size} bytes, and its record says ${bytes}.`;
      throw new WinnowError('bad-file', message, 'Copy the folder again, or make the smaller model again.');
    }
    files.set(path, await plain(location));
  }
  return { folder, record, files };
}

/** The run says what its smaller model does: the page shows that beside the field. */
function withEntry(run: RunFile, record: ReducedRecord): RunFile {
  const isThere = run.reduced?.some(({ created }) => created === record.created);
  if (isThere === true || record.measurement === null) return run;
  return grownRun(run, { reduced: withReduced(run.reduced, entryOf(record, record.measurement)) });
}

/** Its record names what the published run names: nothing of the author's machine, and what was measured stands in the run. */
function smallerOf({ record, files }: Smaller, { id, revealed }: HostedRecord, { model }: RunFile): Map<string, Blob> {
  const device = revealed.includes('device') ? record.claim?.device : '';
  const claim = record.claim && { ...record.claim, device };
  const listed = record.files.map((file) => ({ ...file, bytes: files.get(file.path)!.size }));
  const own = { name: `${id}-smaller`, model: { ...record.model, name: model.name }, claim, measurement: null };
  const text = `${JSON.stringify({ ...record, ...own, files: listed }, null, 2)}\n`;
  return new Map([['winnow.json', new Blob([text], { type: 'application/json' })], ...files]);
}

interface GivenFile {
  path: string;
  role: HostedRecord['files'][number]['role'];
  content: Blob;
}

const readKinds: readonly ModelFileKind[] = ['config', 'tokenizer', 'settings'];
const weightKinds: readonly ModelFileKind[] = ['weights', 'checkpoint', 'export', 'export-data'];
const indexKinds: readonly ModelFileKind[] = ['index', 'checkpoint-index'];

/** Of a model's folder only what reads it: no optimiser, no log, no other weights. */
async function modelFiles(folder: string, run: RunFile): Promise<GivenFile[]> {
  if (run.model.adapter !== undefined) {
    const message = 'The run was made with an adapter, which the page of others cannot merge.';
    throw new WinnowError('bad-model', message, 'Publish it without --model, or run the merged model.');
  }
  const inputs = await filesOf({ model: folder, data: null });
  const weights = await weightsOf(inputs, folder, run);
  const [first] = weights;
  const isBeside = ({ location }: InputFile): boolean => dirname(location) === dirname(first.location);
  const kinds = weights.length > 1 ? [...readKinds, ...indexKinds] : readKinds;
  const others = inputs.filter((input) => {
    const kind = kindOf(input.path);
    return isBeside(input) && kind !== null && kinds.includes(kind);
  });
  return Promise.all(
    [...others, ...weights].map(async ({ location }) => ({
      path: `model/${plainName(location)}`,
      role: 'model' as const,
      content: await plain(location),
    })),
  );
}

/** Told by their hash: those that the run was made with. */
async function weightsOf(inputs: readonly InputFile[], folder: string, run: RunFile): Promise<InputFile[]> {
  const ofWeights = inputs
    .filter(({ path }) => weightKinds.includes(kindOf(path) ?? 'side'))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const named = ofWeights.filter(({ path }) => run.model.weights?.includes(basename(path)));
  const safetensors = ofWeights.filter(({ path }) => kindOf(path) === 'weights');
  const tries = [named, safetensors, ...ofWeights.map((file) => [file])].filter((files) => files.length > 0);
  const hashes = new Map<string, string>();
  const hashOf = async ({ location }: InputFile): Promise<string> => {
    const hash = hashes.get(location) ?? (await sha256(await openAsBlob(location)));
    hashes.set(location, hash);
    return hash;
  };
  for (const files of tries) {
    const each: string[] = [];
    for (const file of files) each.push(await hashOf(file));
    if ((each.length === 1 ? each[0] : await sha256Text(each.join(''))) === run.model.sha256) return files;
  }
  const message = `No weights in "${folder}" are those that the run was made with.`;
  throw new WinnowError('bad-model', message, 'Give the model’s folder, or publish the result without --model.');
}

/** Called by their part, not as the author calls them; told by their hash. */
async function dataFiles(folder: string, run: RunFile): Promise<GivenFile[]> {
  const inputs = await filesOf({ model: null, data: folder });
  const sizes = new Map<string, number>();
  for (const { location } of inputs) sizes.set(location, (await stat(location)).size);
  const files: GivenFile[] = [];
  for (const { role, bytes, sha256: wanted } of run.data.files) {
    const alike = inputs.filter(({ location }) => sizes.get(location) === bytes);
    let found: InputFile | null = null;
    for (const input of alike) if ((await sha256(await openAsBlob(input.location))) === wanted) found = input;
    if (!found) {
      const message = `"${folder}" does not hold the ${role} file that the run was made with.`;
      throw new WinnowError('bad-data', message, 'Give the data of the run, or publish the result without --data.');
    }
    const ending = extname(found.location).toLowerCase();
    const path = `data/${role}${/^\.[a-z0-9]+$/.test(ending) ? ending : ''}`;
    const isTaken = files.some((file) => file.path === path);
    const content = await openAsBlob(found.location);
    files.push({ path: isTaken ? path.replace(role, `${role}-${files.length + 1}`) : path, role, content });
  }
  return files;
}

async function filesOf({ model, data }: { model: string | null; data: string | null }): Promise<InputFile[]> {
  const none = { weights: null, encoder: null, adapter: null, files: {}, activations: [], config: null, task: null };
  return (await collectInputs({ model, data, ...none, columns: {}, reading: {} })).inputs;
}

/** @throws WinnowError `bad-option` for a name that no address holds as it is. */
function plainName(location: string): string {
  const name = basename(location);
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  const next = 'Rename it with letters, digits, dots, dashes and underscores alone.';
  throw new WinnowError('bad-option', `"${name}" is no name for a file on the web.`, next);
}

/** Places on the author's disk that libraries write into a model's own files. */
const placeFields = ['_name_or_path', 'name_or_path', 'tokenizer_file', 'special_tokens_map_file', 'cache_dir'];

/** The file; settings without what they say of the author's disk. */
async function plain(location: string): Promise<Blob> {
  const kind = kindOf(location);
  if (kind !== 'config' && kind !== 'settings') return openAsBlob(location);
  const value: unknown = await readFile(location, 'utf8')
    .then((text) => JSON.parse(text) as unknown)
    .catch(unreadable(`The file "${location}"`));
  if (typeof value !== 'object' || value === null || !placeFields.some((field) => field in value)) {
    return openAsBlob(location);
  }
  const kept = Object.entries(value).filter(([field]) => !placeFields.includes(field));
  return new Blob([`${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`], { type: 'application/json' });
}
