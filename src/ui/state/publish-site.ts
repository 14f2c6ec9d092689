/** Results on screen as the files of a published page: prepared one by one, put to the built page, listed. */
import { WinnowError } from '../../base/errors.ts';
import type { BuiltFile } from '../../publication/built-page.ts';
import type { SiteForm } from '../../publication/hosted.ts';
import { hostedResult, type PublicationOrder } from '../../publication/hosted-result.ts';
import { likelyBytes, type OwnFile } from '../../publication/own-files.ts';
import { ownSmaller } from '../../publication/own-smaller.ts';
import type { Publication } from '../../publication/publication.ts';
import { publishedRun } from '../../publication/run.ts';
import { formContent, pageBytes, withList, type HostedResult, type SiteFile } from '../../publication/site.ts';
import { runText } from '../../run/run-text.ts';
import type { RunFile } from '../../run/run-file.ts';
import { fileOf } from '../../session/contract.ts';
import type { App } from './app.svelte.ts';
import { demoOf } from './address.ts';
import { smallerFiles } from './demo.ts';
import { filesOf, originOf } from './model-files.ts';
import type { OpenResult } from './open-results.svelte.ts';
import type { PublishStages } from './publish-stages.ts';

/** A result and what its author says of it. */
export interface ToPublish {
  result: OpenResult;
  run: RunFile;
  publication: Publication;
}

/** What is to be published. */
export interface SiteOrder {
  form: SiteForm;
  results: readonly ToPublish[];
  /** The page that they are put to. */
  page: readonly BuiltFile[];
}

/** What a result brings to each form. */
export interface Brought {
  smaller: boolean;
  inputs: boolean;
}

/** Known before anything is read: whether a model is that of the run is told when it is published. */
export function broughtBy(app: App, result: OpenResult, run: RunFile): Brought {
  const isOfModel = run.model.architecture !== 'activations';
  const smaller = app.smaller.made?.id === result.id || (result.hosted?.smaller.length ?? 0) > 0;
  return { smaller: isOfModel && smaller, inputs: isOfModel && originOf(app, result) !== null };
}

/** All files of the page, in memory or where they lie. @throws WinnowError as what it is made of. */
export async function filesToPublish(
  app: App,
  { form, results, page }: SiteOrder,
  stages: PublishStages,
  signal: AbortSignal,
): Promise<SiteFile[]> {
  const hosted: HostedResult[] = [];
  const progress = stages.begin('read', 'bytes');
  for (const one of results) {
    const taken = hosted.map(({ record }) => record.id);
    hosted.push((await hostedResult(await orderOf(app, one, form), taken, { signal, progress })).result);
  }
  const content = await formContent(page, form, hosted, { signal, progress: stages.begin('page', 'files') });
  return withList(page, content, { signal, progress: stages.begin('list', 'bytes') });
}

/** About how large a form will be. @throws WinnowError where the page's files cannot be read. */
export async function likelySize(app: App, { form, results, page }: SiteOrder): Promise<number> {
  let bytes = await pageBytes(page, form);
  for (const { result, run, publication } of results) {
    bytes += new Blob([runText(publishedRun(run, publication.revealed))]).size;
    const brought = broughtBy(app, result, run);
    if (form !== 'view' && brought.smaller) bytes += await smallerBytes(app, result);
    if (form === 'run' && brought.inputs) bytes += likelyBytes(await inputsOf(app, result), run);
  }
  return bytes;
}

async function orderOf(app: App, { result, run, publication }: ToPublish, form: SiteForm): Promise<PublicationOrder> {
  const { title, note, sections, revealed, opensIn } = publication;
  const brought = broughtBy(app, result, run);
  const inputs = form === 'run' && brought.inputs ? await inputsOf(app, result) : null;
  return {
    ...{ run, title, note, sections, revealed, opensIn },
    smaller: form !== 'view' && brought.smaller ? await ownSmaller(smallerFile(app, result), run) : null,
    inputs: inputs && { model: inputs, data: inputs },
  };
}

/** Reads a file of the result's smaller model: of the one that was made in this tab, or lies beside the page. */
function smallerFile(app: App, { id }: OpenResult): (path: string) => Promise<Blob> {
  const { made } = app.smaller;
  const beside = made?.id === id ? null : demoOf(id);
  return async (path) => {
    if (beside !== null) return (await smallerFiles(beside, [path]))[0].file;
    const file = made?.model.files.find((one) => one.path === path);
    if (file) return fileOf(file);
    throw new WinnowError('missing-file', `The smaller model has no file \`${path}\`.`, 'Make it again.');
  };
}

async function smallerBytes(app: App, { id, hosted }: OpenResult): Promise<number> {
  const { made } = app.smaller;
  const files =
    made?.id === id ? made.model.files.map(fileOf) : await smallerFiles(demoOf(id) ?? id, hosted?.smaller ?? []);
  return files.reduce((sum, file) => sum + ('file' in file ? file.file.size : file.size), 0);
}

/** Everything that could be model or data of the run; which of it is, hashes tell. */
async function inputsOf(app: App, result: OpenResult): Promise<OwnFile[]> {
  const own = await filesOf(app, result);
  return (own?.files ?? []).map(({ path, file }) => ({ path, content: file }));
}
