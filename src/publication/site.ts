/**
 * The files of a published page: the built page without what its form cannot use, the results, the service worker that keeps
 * them and a list of all of them with their hashes. The command line writes them into a folder, the page into one or a zip.
 */
import type { Control } from '../base/abort.ts';
import { checksumLine } from '../base/checksums.ts';
import { WinnowError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { sha256Text } from '../base/text-hash.ts';
import { builtFile, formFiles, startName, startFor, workerName, workerOf, type BuiltFile } from './built-page.ts';
import {
  hostedFolder,
  listName,
  recordName,
  runName,
  smallerFolder,
  type HostedRecord,
  type SiteForm,
} from './hosted.ts';

/** Names every file of a published page, in the format of sha256sum(1); of itself it says nothing. */
export const siteList = 'winnow-site.sha256';
/** GitHub Pages then serves the folder as it is. */
const asItIs = '.nojekyll';

/** Larger files are kept by a visitor's browser only once they were used. */
const mostKeptAtOnce = 4 * 1024 * 1024;

export interface SiteFile {
  /** In the page's folder. */
  path: string;
  content: Blob;
}

/** A result and what lies beside it. */
export interface HostedResult {
  record: HostedRecord;
  /** Text of the run as it is published. */
  run: string;
  /** By the paths of the record: model and data. */
  files: ReadonlyMap<string, Blob>;
  /** By the paths of the record. */
  smaller: ReadonlyMap<string, Blob>;
}

/** What a form shows of a result: without a field no smaller model, without runs neither model nor data. */
export function forForm(result: HostedResult, form: SiteForm): HostedResult {
  const { record } = result;
  const smaller = form === 'view' ? [] : record.smaller;
  const files = form === 'run' ? record.files : [];
  return { ...result, record: { ...record, smaller, files, columns: form === 'run' ? record.columns : null } };
}

/** As much as there is something for. */
export function usualForm(results: readonly { record: Pick<HostedRecord, 'files' | 'smaller'> }[]): SiteForm {
  if (results.some(({ record }) => record.files.length > 0)) return 'run';
  return results.some(({ record }) => record.smaller.length > 0) ? 'field' : 'view';
}

/** Bytes of a folder. */
export function bytesOf(files: readonly SiteFile[]): number {
  return files.reduce((sum, { content }) => sum + content.size, 0);
}

/** Bytes of what a form takes from the built page, without any result. */
export async function pageBytes(built: readonly BuiltFile[], form: SiteForm): Promise<number> {
  const sizes = await Promise.all((await formFiles(ownFiles(built), form)).map(({ bytes }) => bytes()));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bytes of what a form has of results. */
export function resultBytes(results: readonly HostedResult[], form: SiteForm): number {
  return bytesOf(results.flatMap((result) => resultFiles(forForm(result, form))));
}

/**
 * The files of a form, but for the worker that keeps them and their list; progress is in files of the built page.
 * @throws WinnowError where the built page is not whole, or two results have one id.
 */
export async function formContent(
  built: readonly BuiltFile[],
  form: SiteForm,
  results: readonly HostedResult[],
  { signal, progress }: Control = {},
): Promise<SiteFile[]> {
  const ids = results.map(({ record }) => record.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new WinnowError('bad-option', `Two results are called "${twice}".`, 'Give one of them another title.');
  const needed = await formFiles(ownFiles(built), form);
  const page: SiteFile[] = [];
  for (const { path, content } of needed) {
    signal?.throwIfAborted();
    page.push(path === startName ? await started(await content(), form) : { path, content: await content() });
    progress?.(page.length, needed.length);
  }
  return [
    ...page,
    { path: asItIs, content: new Blob([]) },
    jsonFile(`${hostedFolder}/${listName}`, { results: ids }),
    ...results.flatMap((result) => resultFiles(forForm(result, form))),
  ];
}

/** The files of a form with their worker and their list; progress is in bytes that are hashed. */
export async function withList(
  built: readonly BuiltFile[],
  files: readonly SiteFile[],
  control: Control = {},
): Promise<SiteFile[]> {
  const source = await builtFile(built, workerName).content();
  const list = await listOf(files, control);
  const build = (await sha256Text(list)).slice(0, 16);
  const kept = files.filter(({ path }) => path !== startName && path !== asItIs);
  const [first, later] = [true, false].map((atOnce) =>
    kept.filter(({ path, content }) => isAtOnce(path, content.size) === atOnce).map(({ path }) => path),
  );
  const text = workerOf(await source.text(), { first, later }, build);
  const offline = { path: workerName, content: new Blob([text], { type: 'text/javascript' }) };
  const whole = list + (await listOf([offline]));
  return [...files, offline, { path: siteList, content: new Blob([whole], { type: 'text/plain' }) }];
}

/** All files of a form. @throws WinnowError as `formContent`. */
export async function siteFiles(
  built: readonly BuiltFile[],
  form: SiteForm,
  results: readonly HostedResult[],
): Promise<SiteFile[]> {
  return withList(built, await formContent(built, form, results));
}

/** Without the results that lie beside the built page. */
function ownFiles(built: readonly BuiltFile[]): BuiltFile[] {
  return built.filter(({ path }) => !path.startsWith(`${hostedFolder}/`) && path !== workerName);
}

function resultFiles({ record, run, files, smaller }: HostedResult): SiteFile[] {
  const folder = `${hostedFolder}/${record.id}`;
  const taken = (paths: readonly string[], from: ReadonlyMap<string, Blob>, below: string): SiteFile[] =>
    paths.map((path) => {
      const content = from.get(path);
      if (content) return { path: `${below}/${path}`, content };
      const message = `The record of "${record.id}" names ${path}, and there is no such file.`;
      throw new WinnowError('internal', message, 'Publish the result again.');
    });
  return [
    jsonFile(`${folder}/${recordName}`, record),
    { path: `${folder}/${runName}`, content: new Blob([run], { type: 'application/json' }) },
    ...taken(
      record.files.map(({ path }) => path),
      files,
      folder,
    ),
    ...taken(record.smaller, smaller, `${folder}/${smallerFolder(record.id)}`),
  ];
}

function jsonFile(path: string, value: unknown): SiteFile {
  return { path, content: new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }) };
}

async function started(content: Blob, form: SiteForm): Promise<SiteFile> {
  return { path: startName, content: new Blob([startFor(await content.text(), form)], { type: 'text/html' }) };
}

/** Which of the runtimes a browser keeps is the worker's to say. */
function isAtOnce(path: string, bytes: number): boolean {
  return path.startsWith('assets/') || bytes <= mostKeptAtOnce;
}

/** Lines of sha256sum(1). */
async function listOf(files: readonly SiteFile[], { signal, progress }: Control = {}): Promise<string> {
  const lines: string[] = [];
  const all = bytesOf(files);
  let done = 0;
  for (const { path, content } of files) {
    const before = done;
    const hash = await sha256(content, { signal, progress: (bytes) => progress?.(before + bytes, all) });
    done += content.size;
    lines.push(checksumLine(path, hash));
  }
  return lines.join('');
}
