/**
 * The files of a published page: the built page without what its form cannot use, the results, the service worker that keeps
 * them and a list of all of them with their hashes. The command line writes them into a folder, the page into a zip.
 */
import { WinnowError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { sha256Text } from '../base/text-hash.ts';
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
const worker = 'offline.js';
const start = 'index.html';
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

/** What only training and the reading of HDF5 need, beside what no page without an engine needs. */
const engine = /^assets\/engine\.worker-[\w-]+\.js$/;
const trainers = /^assets\/(?:trainer|products|hdf5)\.worker-[\w-]+\.js$/;
const unused: Readonly<Record<SiteForm, readonly RegExp[]>> = { view: [engine], field: [trainers], run: [] };

/**
 * Files of the built page that a form needs: those that lead from its start, by their names in each other's texts, without
 * passing what the form never starts.
 * @param built all files of the page but its results
 */
export async function formFiles(built: readonly SiteFile[], form: SiteForm): Promise<SiteFile[]> {
  const assets = built.filter(
    ({ path }) => path.startsWith('assets/') && !unused[form].some((name) => name.test(path)),
  );
  const found = new Set<string>();
  const follow = async ({ path, content }: SiteFile): Promise<void> => {
    found.add(path);
    if (!/\.(?:html|js|mjs|css)$/.test(path)) return;
    const text = await content.text();
    for (const asset of assets) {
      if (!found.has(asset.path) && text.includes(asset.path.slice('assets/'.length))) await follow(asset);
    }
  };
  const page = built.find(({ path }) => path === start);
  if (!page) throw new WinnowError('missing-file', `The built page has no ${start}.`, 'Run npm run build.');
  await follow(page);
  return built.filter(({ path }) => found.has(path));
}

/** What a form shows of a result: without a field no smaller model, without runs neither model nor data. */
export function forForm(result: HostedResult, form: SiteForm): HostedResult {
  const { record } = result;
  const smaller = form === 'view' ? [] : record.smaller;
  const files = form === 'run' ? record.files : [];
  return { ...result, record: { ...record, smaller, files, columns: form === 'run' ? record.columns : null } };
}

/** Bytes of a folder. */
export function bytesOf(files: readonly SiteFile[]): number {
  return files.reduce((sum, { content }) => sum + content.size, 0);
}

/**
 * The files of a form, but for the worker that keeps them and their list.
 * @throws WinnowError where the built page is not whole, or two results have one id.
 */
export async function formContent(
  built: readonly SiteFile[],
  form: SiteForm,
  results: readonly HostedResult[],
): Promise<SiteFile[]> {
  const ids = results.map(({ record }) => record.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new WinnowError('bad-option', `Two results are called "${twice}".`, 'Give one of them another title.');
  const own = built.filter(({ path }) => !path.startsWith(`${hostedFolder}/`) && path !== worker);
  const page = await formFiles(own, form);
  return [
    ...(await Promise.all(page.map((file) => (file.path === start ? started(file, form) : Promise.resolve(file))))),
    { path: asItIs, content: new Blob([]) },
    jsonFile(`${hostedFolder}/${listName}`, { results: ids }),
    ...results.flatMap((result) => resultFiles(forForm(result, form))),
  ];
}

/** All files of a form. @throws WinnowError as `formContent`. */
export async function siteFiles(
  built: readonly SiteFile[],
  form: SiteForm,
  results: readonly HostedResult[],
): Promise<SiteFile[]> {
  const files = await formContent(built, form, results);
  const source = built.find(({ path }) => path === worker);
  if (!source) throw new WinnowError('missing-file', `The built page has no ${worker}.`, 'Run npm run build.');
  const list = await listOf(files);
  const build = (await sha256Text(list)).slice(0, 16);
  const text = offlineOf(await source.content.text(), files, build);
  const offline = { path: worker, content: new Blob([text], { type: 'text/javascript' }) };
  const whole = list + (await listOf([offline]));
  return [...files, offline, { path: siteList, content: new Blob([whole], { type: 'text/plain' }) }];
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

/** The page's start knows its form before it has asked for anything. */
async function started({ path, content }: SiteFile, form: SiteForm): Promise<SiteFile> {
  const text = (await content.text()).replace(/<html\b[^>]*>/, `<html lang="en" data-form="${form}">`);
  return { path, content: new Blob([text], { type: 'text/html' }) };
}

/** The worker of the built page with the files of this one in its first lines (headless/offline.ts). */
function offlineOf(text: string, files: readonly SiteFile[], build: string): string {
  const kept = files.filter(({ path }) => path !== start && path !== asItIs);
  const [first, later] = [true, false].map((atOnce) =>
    kept.filter(({ path, content }) => isAtOnce(path, content.size) === atOnce).map(({ path }) => path),
  );
  const head = { files: { first, later }, build };
  return Object.entries(head).reduce(
    (script, [name, value]) => script.replace(new RegExp(`^const ${name} = .*$`, 'm'), () => line(name, value)),
    text,
  );
}

function line(name: string, value: unknown): string {
  return `const ${name} = ${JSON.stringify(value)};`;
}

/** Which of the runtimes a browser keeps is the worker's to say. */
function isAtOnce(path: string, bytes: number): boolean {
  return path.startsWith('assets/') || bytes <= mostKeptAtOnce;
}

/** Lines of sha256sum(1). */
async function listOf(files: readonly SiteFile[]): Promise<string> {
  const lines: string[] = [];
  for (const { path, content } of files) {
    lines.push(`${await sha256(content)}  ${path}\n`);
  }
  return lines.join('');
}
