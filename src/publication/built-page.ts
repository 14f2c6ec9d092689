/**
 * The built page as what a published one is made of: its files, which of them a form needs, and its service worker, whose
 * first lines hold their list (headless/offline.ts writes them first).
 */
import { WinnowError } from '../base/errors.ts';
import { hostedFolder, type SiteForm } from './hosted.ts';
import { templateName } from './page-file.ts';

/** A file of the built page, read when it is needed. */
export interface BuiltFile {
  /** In the page's folder. */
  path: string;
  bytes: () => Promise<number>;
  content: () => Promise<Blob>;
}

export const startName = 'index.html';
export const workerName = 'offline.js';

/** What only training and the reading of HDF5 need, beside what no page without an engine needs. */
const engine = /^assets\/engine\.worker-[\w-]+\.js$/;
const trainers = /^assets\/(?:trainer|products|hdf5)\.worker-[\w-]+\.js$/;
const unused: Readonly<Record<SiteForm, readonly RegExp[]>> = { view: [engine], field: [trainers], run: [] };

/**
 * Files of the built page that a form needs: those that lead from its start, by their names in each other's texts, without
 * passing what the form never starts; whoever makes runs saves them as pages, too. By their paths: the same page has the
 * same list, however it was read.
 * @param built all files of the page but its results
 * @throws WinnowError `missing-file` where there is no start; as the reading of its files.
 */
export async function formFiles(built: readonly BuiltFile[], form: SiteForm): Promise<BuiltFile[]> {
  const assets = built.filter(
    ({ path }) => path.startsWith('assets/') && !unused[form].some((name) => name.test(path)),
  );
  const found = new Set<string>();
  const follow = async ({ path, content }: BuiltFile): Promise<void> => {
    found.add(path);
    if (!/\.(?:html|js|mjs|css)$/.test(path)) return;
    const text = await (await content()).text();
    for (const asset of assets) {
      if (!found.has(asset.path) && text.includes(asset.path.slice('assets/'.length))) await follow(asset);
    }
  };
  await follow(builtFile(built, startName));
  if (form === 'run') found.add(templateName);
  return built.filter(({ path }) => found.has(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @throws WinnowError `missing-file`. */
export function builtFile(built: readonly BuiltFile[], path: string): BuiltFile {
  const found = built.find((file) => file.path === path);
  if (found) return found;
  throw new WinnowError('missing-file', `The built page has no ${path}.`, 'Build the page again.');
}

/** The page's start knows its form before it has asked for anything. */
export function startFor(text: string, form: SiteForm): string {
  return text.replace(/<html\b[^>]*>/, `<html lang="en" data-form="${form}">`);
}

/** What the worker's first lines say of the files that it keeps. */
interface KeptFiles {
  /** As soon as the page was visited. */
  first: readonly string[];
  /** When they are first used. */
  later: readonly string[];
}

/** A service worker's text with other files in its first lines. */
export function workerOf(text: string, files: KeptFiles, build: string): string {
  return Object.entries({ files, build }).reduce(
    (script, [name, value]) => script.replace(headOf(name), () => `const ${name} = ${JSON.stringify(value)};`),
    text,
  );
}

/**
 * Paths of all files of a built page but for its results, by its worker.
 * @param text of the worker; null: there is none.
 * @throws WinnowError `not-loaded` where it is no built page's.
 */
export function builtPaths(text: string | null): string[] {
  const [, list] = headOf('files').exec(text ?? '') ?? [];
  if (list === undefined) {
    const message = 'This page is not built: what a published page consists of is not known here.';
    throw new WinnowError('not-loaded', message, 'Open the page that npm start or a host serves, and publish there.');
  }
  const { first, later } = JSON.parse(list) as KeptFiles;
  const kept = [...first, ...later].filter((path) => !path.startsWith(`${hostedFolder}/`));
  return [startName, workerName, ...kept.filter((path) => path !== startName)];
}

function headOf(name: string): RegExp {
  return new RegExp(`^const ${name} = (.*);$`, 'm');
}
