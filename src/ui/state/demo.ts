/** The embedded demos: stored results and the files to run them here. All are read from beside the page, same origin. */
import * as v from 'valibot';
import { WinnowError } from '../../base/errors.ts';
import { checkRun, type RunFile } from '../../run/run-file.ts';
import type { AnsweringRequest, DroppedFile } from '../../session/contract.ts';

const indexSchema = v.object({ demos: v.array(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/))) });
const manifestSchema = v.object({
  id: v.string(),
  title: v.string(),
  description: v.string(),
  task: v.string(),
  files: v.array(
    v.object({ path: v.string(), bytes: v.number(), role: v.picklist(['model', 'train', 'dev', 'test']) }),
  ),
});

const smallerSchema = v.object({ files: v.array(v.object({ path: v.pipe(v.string(), v.regex(/^[\w./-]+$/)) })) });

export type DemoManifest = v.InferOutput<typeof manifestSchema>;

/** What it is chosen by. */
export interface DemoTitle {
  name: string;
  title: string;
}

export interface Demo {
  name: string;
  manifest: DemoManifest;
  run: RunFile;
}

/** A demo's data has the layout of a GLUE task but is not that task. */
export function demoSubject({ title }: Pick<DemoManifest, 'title'>, { model }: Pick<RunFile, 'model'>): string {
  return `“${title}” with ${model.name}`;
}

/** Names of the demos that come with this page, none when it was built without. */
export async function demoNames(): Promise<string[]> {
  const result = v.safeParse(indexSchema, await json('index.json'));
  return result.success ? result.output.demos : [];
}

/** @throws WinnowError when its manifest is not there or not what it should be. */
export async function demoTitle(name: string): Promise<DemoTitle> {
  return { name, title: (await loadManifest(name)).title };
}

/** @throws WinnowError when the demo's files are not there or not what they should be. */
export async function loadDemo(name: string): Promise<Demo> {
  const [manifest, run] = await Promise.all([loadManifest(name), json(`${name}/result.json`)]);
  return { name, manifest, run: checkRun(run, `${name}/result.json`) };
}

async function loadManifest(name: string): Promise<DemoManifest> {
  const checked = v.safeParse(manifestSchema, await json(`${name}/manifest.json`));
  if (!checked.success) throw broken(`${name}/manifest.json`);
  return checked.output;
}

/** The demo's model and data as files, as if they had been dropped. */
export async function demoFiles(demo: Demo): Promise<DroppedFile[]> {
  return Promise.all(
    demo.manifest.files.map(async ({ path }) => {
      const response = await request(`${demo.name}/${path}`);
      const name = path.split('/').at(-1) ?? path;
      return { path: `${demo.name}/${path}`, file: new File([await response.blob()], name) };
    }),
  );
}

/** The stored smaller model, as if its folder had been dropped; its winnow.json names its files. */
async function demoSmaller(name: string): Promise<DroppedFile[]> {
  const smaller = `${name}-smaller`;
  const folder = `${name}/${smaller}`;
  const record = v.safeParse(smallerSchema, await json(`${folder}/winnow.json`));
  if (!record.success) throw broken(`${folder}/winnow.json`);
  const paths = ['winnow.json', ...record.output.files.map(({ path }) => path)];
  return Promise.all(
    paths.map(async (path) => {
      const response = await request(`${folder}/${path}`);
      return { path: `${smaller}/${path}`, file: new File([await response.blob()], path.split('/').at(-1) ?? path) };
    }),
  );
}

/** Its smaller model and the whole one, to be asked. */
export async function demoAnswering(demo: Demo): Promise<AnsweringRequest> {
  const whole = { files: await demoFiles(demo), corrections: {}, run: demo.run };
  return { reduced: await demoSmaller(demo.name), whole };
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
  try {
    response = await fetch(new URL(`demo/${path}`, document.baseURI));
  } catch (cause) {
    throw broken(path, cause);
  }
  if (!response.ok) throw broken(path);
  return response;
}

function broken(path: string, cause?: unknown): WinnowError {
  const message = `The demo's file \`${path}\` could not be read from this page's own folder.`;
  return new WinnowError('missing-file', message, 'Reload the page, or drop files of your own.', cause);
}
