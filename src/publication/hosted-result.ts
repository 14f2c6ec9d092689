/** What is published of one result: its record, its run, its smaller model, and model and data where others may run it. */
import type { Control } from '../base/abort.ts';
import { entryOf, type ReducedRecord } from '../reduced/record.ts';
import { runTitle } from '../report/analysis.ts';
import { withReduced } from '../run/reduced.ts';
import { grownRun, type RunFile } from '../run/run-file.ts';
import { runText } from '../run/run-text.ts';
import { smallerFolder, type HostedRecord } from './hosted.ts';
import { dataFiles, modelFiles, plainFile, type OwnFile } from './own-files.ts';
import type { OwnSmaller } from './own-smaller.ts';
import { firstPublication, type Publication } from './publication.ts';
import { publishedRun } from './run.ts';
import type { RevealedKind } from './run-texts.ts';
import type { HostedResult } from './site.ts';

/** Of one result, as asked for; null: as usual. */
export interface PublicationOrder extends Pick<Publication, 'note' | 'opensIn'> {
  run: RunFile;
  title: string | null;
  sections: Publication['sections'] | null;
  revealed: readonly RevealedKind[];
  smaller: OwnSmaller | null;
  /** Files of the model and of the data, others among them; null: nobody is to run it. */
  inputs: { model: readonly OwnFile[]; data: readonly OwnFile[] } | null;
}

/** A result and the run that it was made of, before anything is left out. */
export interface PreparedResult {
  result: HostedResult;
  run: RunFile;
  revealed: readonly RevealedKind[];
}

/** Whoever has model and data can hash the one and train the other: the page needs both to ask and to cut the model. */
export const knownWithInputs: readonly RevealedKind[] = ['hashes', 'probes'];

/**
 * Progress is in bytes that are hashed, of each file.
 * @param taken ids of other results
 * @throws WinnowError for files that are missing, or are not those of the run.
 */
export async function hostedResult(
  order: PublicationOrder,
  taken: readonly string[],
  control: Control = {},
): Promise<PreparedResult> {
  const { smaller, inputs } = order;
  const run = smaller === null ? order.run : withEntry(order.run, smaller.record);
  const revealed = [...new Set([...order.revealed, ...(inputs === null ? [] : knownWithInputs)])];
  const published = publishedRun(run, revealed);
  const publication = firstPublication(order.title ?? runTitle(published), taken);
  const given =
    inputs === null
      ? []
      : [...(await modelFiles(inputs.model, run, control)), ...(await dataFiles(inputs.data, run, control))];
  const smallerFiles =
    smaller === null ? new Map<string, Blob>() : await filesOfSmaller(smaller, { ...publication, revealed }, published);
  const record: HostedRecord = {
    ...publication,
    ...{ note: order.note, sections: order.sections ?? publication.sections, opensIn: order.opensIn, revealed },
    ...{ task: null, columns: inputs === null ? null : columnsOf(run), pairs: smaller?.record.task.pairs ?? false },
    files: given.map(({ path, role, content }) => ({ path, role, bytes: content.size })),
    smaller: [...smallerFiles.keys()],
  };
  const files = new Map(given.map(({ path, content }) => [path, content]));
  return { result: { record, run: runText(published), files, smaller: smallerFiles }, run, revealed };
}

function columnsOf({ data: { columns } }: RunFile): HostedRecord['columns'] {
  if (columns === undefined) return null;
  const { text, pair, label } = columns;
  return { text, label, ...(pair != null && { pair }) };
}

/** The run says what its smaller model does: the page shows that beside the field. */
function withEntry(run: RunFile, record: ReducedRecord): RunFile {
  const isThere = run.reduced?.some(({ created }) => created === record.created);
  if (isThere === true || record.measurement === null) return run;
  return grownRun(run, { reduced: withReduced(run.reduced, entryOf(record, record.measurement)) });
}

/** Its record names what the published run names: nothing of the author's machine, and what was measured stands in the run. */
async function filesOfSmaller(
  { record, files }: OwnSmaller,
  { id, revealed }: Publication,
  { model }: RunFile,
): Promise<Map<string, Blob>> {
  const plain = new Map<string, Blob>();
  for (const [path, content] of files) plain.set(path, await plainFile({ path, content }));
  const device = revealed.includes('device') ? record.claim?.device : '';
  const claim = record.claim && { ...record.claim, device };
  const listed = record.files.map((file) => ({ ...file, bytes: plain.get(file.path)?.size ?? file.bytes }));
  const own = { name: smallerFolder(id), model: { ...record.model, name: model.name }, claim, measurement: null };
  const text = `${JSON.stringify({ ...record, ...own, files: listed }, null, 2)}\n`;
  return new Map([['winnow.json', new Blob([text], { type: 'application/json' })], ...plain]);
}
