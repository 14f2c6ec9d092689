/** A dropped smaller model measured again, on any data of its task, by itself: its original is not at hand. */
import type { Progress } from '../../base/abort.ts';
import { WinnowError } from '../../base/errors.ts';
import type { Role } from '../../data/cards.ts';
import type { DataFile } from '../../data/data-set.ts';
import type { Split } from '../../data/scores.ts';
import type { DataRecognition } from '../../data/recognise.ts';
import { isRegression, tasks, type LabelledTask } from '../../data/tasks.ts';
import type { RunEvent, RunRequest } from '../contract.ts';
import { entryOf } from '../../reduced/record.ts';
import type { ReducedEntry } from '../../run/reduced.ts';
import { encodeSource, leftOutInWords } from '../inputs/encode.ts';
import { openFolder, type OpenedFolder } from '../inputs/reduced.ts';
import { recogniseInputs } from '../inputs/recognise.ts';
import { fileSource, type SourceRows } from '../inputs/sources.ts';
import { Devices } from './device.ts';
import { measureReduced, measureStage } from './reduced-measurement.ts';
import { read, tokenize } from './stage-table.ts';
import { Stages } from './stages.ts';

/** The part that nothing was chosen by, before the others. */
const roles: readonly Role[] = ['test', 'dev', 'train'];

/**
 * `rows` of the options cuts the part.
 * @throws WinnowError `missing-file` without a whole folder or data of its task, `bad-data` for labels that the model does
 * not know.
 */
export async function measureDropped(
  { files, corrections, options }: RunRequest,
  report: (event: RunEvent) => void,
): Promise<ReducedEntry> {
  const stages = new Stages(report);
  stages.announce([read, tokenize, measureStage]);
  return Devices.during(options, stages, async (devices) => {
    const { folder, split, file } = await stages.run(read, {}, async (progress: Progress) => {
      progress(0, 1);
      const { reduced } = await recogniseInputs(files, corrections);
      const folder = await openFolder(reduced);
      const { data } = await recogniseInputs(files, { ...corrections, task: folder.task.name });
      progress(1, 1);
      return { folder, ...partOf(data, folder) };
    });
    const source = fileSource(file, options.rows);
    const rows = renumbered(source.data, file, folder.task);
    const { maxLength, tokenizer } = folder;
    const { pooling, aggregation } = folder.record;
    const encoded = await stages.run(tokenize, { rows: rows.rows.length }, (progress) =>
      encodeSource(tokenizer, rows, { maxLength, pooling, aggregation: aggregation ?? 'last' }, { progress }),
    );
    leftOutInWords(file.file.name, encoded.leftOut, maxLength).forEach(stages.warn);
    const part = { split, rows: encoded.rows, gold: encoded.labels };
    return entryOf(folder.record, await measureReduced({ stages, devices }, folder, part, null));
  });
}

function partOf(data: DataRecognition, { task, record }: OpenedFolder): { split: Split; file: DataFile } {
  const role = data.card?.task === task.name ? roles.find((name) => data[name] !== null) : undefined;
  const file = role && data[role];
  if (!role || !file) {
    const fault = data.missing.find(({ path }) => path !== null);
    const message = `There are no rows of ${tasks[task.name].title} to measure \`${record.name}\` on${fault ? `: ${fault.message}` : '.'}`;
    const next = fault?.next ?? 'Add a data file of that task: test, dev or train, with labels.';
    throw new WinnowError('missing-file', message, next);
  }
  // As a run has them: without a test file, dev is the test part.
  return { split: role === 'dev' ? 'test' : role, file };
}

/** Labels as the model numbers its logits. @throws WinnowError `bad-data` for one that it does not know. */
function renumbered(data: SourceRows, file: DataFile, task: LabelledTask): SourceRows {
  const own = file.data.labels;
  if (isRegression(tasks[task.name]) || own === null) return data;
  const numbers = own.map((label) => task.labels?.indexOf(label) ?? -1);
  const unknown = numbers.indexOf(-1);
  if (unknown >= 0) {
    const message = `\`${file.file.name}\` has the label \`${own[unknown]}\`, which the smaller model does not give.`;
    throw new WinnowError('bad-data', message, 'Measure it on data with the labels that its winnow.json names.');
  }
  const number = (label: number): number => (label >= 0 ? numbers[label] : label);
  if (data.kind === 'sentence') {
    return { kind: 'sentence', rows: data.rows.map((row) => ({ ...row, label: number(row.label) })) };
  }
  return { kind: 'labelling', rows: data.rows.map((row) => ({ ...row, labels: row.labels.map(number) })) };
}
