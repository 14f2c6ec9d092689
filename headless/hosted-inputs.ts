/** What is published of one result, from the files that the command line names: its run, its smaller model, its model and data. */
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { WinnowError } from '../src/base/errors.ts';
import { hostedResult, type PreparedResult } from '../src/publication/hosted-result.ts';
import type { OwnFile } from '../src/publication/own-files.ts';
import { ownSmaller, type OwnSmaller } from '../src/publication/own-smaller.ts';
import { longestNote } from '../src/publication/publication.ts';
import type { RevealedKind } from '../src/publication/run-texts.ts';
import type { SectionName } from '../src/report/sections.ts';
import { parseRun, type RunFile } from '../src/run/run-file.ts';
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

/**
 * @param taken ids of other results
 * @throws WinnowError for files that are missing, or are not those of the run.
 */
export async function readHosted(
  order: HostedOrder,
  taken: readonly string[],
  signal: AbortSignal,
): Promise<PreparedResult> {
  const { sections, revealed, model, data } = order;
  const run = parseRun(await namedText(order.run), order.run);
  const inputs = model === null || data === null ? null : { model: await ownFiles(model), data: await ownFiles(data) };
  const smaller = order.reduced === null ? null : await readSmaller(order.reduced, run);
  const note = order.note === null ? '' : await noteOf(order.note);
  const opensIn = order.present ? 'present' : 'result';
  return hostedResult({ run, title: order.title, note, sections, revealed, opensIn, smaller, inputs }, taken, {
    signal,
  });
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

function readSmaller(folder: string, run: RunFile): Promise<OwnSmaller> {
  return ownSmaller((path) => {
    const location = join(folder, path);
    return openAsBlob(location).catch(unreadable(`The file "${location}"`));
  }, run);
}

async function ownFiles(folder: string): Promise<OwnFile[]> {
  const none = { weights: null, encoder: null, adapter: null, files: {}, activations: [], config: null, task: null };
  const { inputs } = await collectInputs({ model: folder, data: null, ...none, columns: {}, reading: {} });
  return Promise.all(inputs.map(async ({ path, location }) => ({ path, content: await openAsBlob(location) })));
}
