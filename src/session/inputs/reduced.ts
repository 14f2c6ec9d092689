/** A dropped smaller model as what can be run: its graphs by number format, its tokenizer, the task that it answers. */
import { WinnowError } from '../../base/errors.ts';
import type { SourceFile } from '../../base/source-file.ts';
import { tasks, type LabelledTask } from '../../data/tasks.ts';
import { modelTypes } from '../../model/architectures/list.ts';
import type { ReducedRecord } from '../../reduced/record.ts';
import type { ReducedRecognition } from '../../reduced/recognise.ts';
import { findTokenizerFiles } from '../../tokenizer/files.ts';
import { openTokenizer } from '../../tokenizer/open.ts';
import type { ReducedSubject } from '../stages/reduced-measurement.ts';

export interface OpenedFolder extends ReducedSubject {
  record: ReducedRecord;
}

/**
 * @throws WinnowError `missing-file` where there is no such folder, or where files of it are missing or of another size;
 * `bad-tokenizer`, `bad-file`, `unreadable-file` for a tokenizer that cannot be used.
 */
export async function openFolder({ card, files, notices }: ReducedRecognition): Promise<OpenedFolder> {
  if (card === null) {
    const message = 'There is no smaller model among the files.';
    throw new WinnowError('missing-file', message, 'Drop the folder that Winnow wrote, with its winnow.json.');
  }
  const { record } = card;
  if (files.size === 0) {
    const fault = notices.find(({ code }) => code === 'bad-file');
    const message = fault?.message ?? 'The smaller model is not whole.';
    throw new WinnowError('missing-file', message, fault?.next ?? 'Copy the folder again.');
  }
  const found = findTokenizerFiles(sources(files), '');
  if (found === null) {
    const next = 'Copy the folder again, or save the smaller model again from its run.';
    throw new WinnowError('missing-file', 'The smaller model lacks its tokenizer.', next);
  }
  const tokenizer = await openTokenizer(found, { type: record.model.architecture, conventions: modelTypes });
  return { record, task: taskOf(record), tokenizer, maxLength: record.maxLength, graphs: graphsOf(record, files) };
}

function sources(files: ReadonlyMap<string, File>): SourceFile[] {
  return Array.from(files, ([path, file]) => ({ path, file }));
}

/** The graphs of a folder, whether dropped or just made. */
export function graphsOf(
  { graphs }: Pick<ReducedRecord, 'graphs'>,
  files: ReadonlyMap<string, File>,
): ReducedSubject['graphs'] {
  return graphs.map(({ path, dtype }) => {
    const model = files.get(path);
    if (!model) throw new Error(`${path} is not among the files`);
    return { path, dtype, files: { model, data: files.get(`${path}_data`) ?? null } };
  });
}

function taskOf({ task }: ReducedRecord): LabelledTask {
  const { kind, name, title, metric } = tasks[task.name];
  return { kind, name, title, metric, labels: task.labels };
}
