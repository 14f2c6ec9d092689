/** Results that lie beside the page, its own demos or what an author published: all are read from the page's own folder. */
import { WinnowError } from '../../base/errors.ts';
import { importPart } from '../../base/load-part.ts';
import type * as Hosted from '../../publication/hosted.ts';
import type { HostedRecord } from '../../publication/hosted.ts';
import { runSubject } from '../../report/analysis.ts';
import { checkRun, type RunFile } from '../../run/run-file.ts';
import type { AnsweringRequest, DroppedFile } from '../../session/contract.ts';

/** What it is chosen by. */
export type DemoTitle = Pick<Demo, 'name'> & Pick<HostedRecord, 'title'>;

export interface Demo {
  /** Its id. */
  name: string;
  manifest: HostedRecord;
  run: RunFile;
}

/** What its sentences are about: data may have the layout of a task and be another. */
export function demoSubject({ task }: Pick<HostedRecord, 'task'>, run: RunFile): string {
  return task === null ? runSubject(run) : `“${task}” with ${run.model.name}`;
}

/** Ids of the results beside this page, none when it was built without. @throws WinnowError. */
export async function demoNames(): Promise<string[]> {
  const { checkList, listName } = await records();
  return checkList(await json(listName));
}

/** @throws WinnowError when its record is not there or not what it should be. */
export async function demoTitle(name: string): Promise<DemoTitle> {
  return { name, title: (await loadRecord(name)).title };
}

/** @throws WinnowError when the files of the result are not there or not what they should be. */
export async function loadDemo(name: string): Promise<Demo> {
  const { runName } = await records();
  const [manifest, run] = await Promise.all([loadRecord(name), json(`${name}/${runName}`)]);
  return { name, manifest, run: checkRun(run, `${name}/${runName}`) };
}

async function loadRecord(name: string): Promise<HostedRecord> {
  const { checkHosted, recordName } = await records();
  return checkHosted(await json(`${name}/${recordName}`), `${name}/${recordName}`);
}

/** Its model and data as files, as if they had been dropped; none where its author gives none. */
export function demoFiles({ name, manifest }: Demo): Promise<DroppedFile[]> {
  return Promise.all(manifest.files.map(({ path }) => fetched(`${name}/${path}`, `${name}/${path}`)));
}

/** Its smaller model, as if its folder had been dropped, and the whole one where it is there too: to be asked. */
export async function demoAnswering(demo: Demo): Promise<AnsweringRequest> {
  const { smaller, files } = demo.manifest;
  const reduced = await smallerFiles(demo.name, smaller);
  const isWhole = files.some(({ role }) => role === 'model');
  return { reduced, whole: isWhole ? { files: await demoFiles(demo), corrections: {}, run: demo.run } : null };
}

/** Files of its smaller model, by their paths in its folder, as if that had been dropped. */
export async function smallerFiles(name: string, paths: readonly string[]): Promise<DroppedFile[]> {
  const folder = (await records()).smallerFolder(name);
  return Promise.all(paths.map((path) => fetched(`${name}/${folder}/${path}`, `${folder}/${path}`)));
}

function records(): Promise<typeof Hosted> {
  return importPart(() => import('../../publication/hosted.ts'));
}

/** @param path as the engine is to see it. */
async function fetched(address: string, path: string): Promise<DroppedFile> {
  const response = await request(address);
  return { path, file: new File([await response.blob()], path.split('/').at(-1) ?? path) };
}

async function json(path: string): Promise<unknown> {
  const response = await request(path);
  try {
    return await response.json();
  } catch (cause) {
    throw broken(path, cause);
  }
}

async function request(path: string): Promise<Response> {
  let response: Response;
  const { hostedFolder } = await records();
  try {
    response = await fetch(new URL(`${hostedFolder}/${path}`, document.baseURI));
  } catch (cause) {
    throw broken(path, cause);
  }
  if (!response.ok) throw broken(path);
  return response;
}

function broken(path: string, cause?: unknown): WinnowError {
  const message = `The file \`${path}\` of a result could not be read from this page's own folder.`;
  return new WinnowError('missing-file', message, 'Reload the page, or drop files of your own.', cause);
}
