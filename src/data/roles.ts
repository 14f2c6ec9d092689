/** Which of the files that fit the task is the train file, which the dev and the test file, and what becomes of the others. */
import type { Notice } from '../base/errors.ts';
import type { IgnoredFile } from '../base/recognition.ts';
import type { Corrections, Role } from './cards.ts';
import { roleOf, type TaskChoice } from './choose-task.ts';
import { unpackedName } from './data-format.ts';
import { correctedRole, fitsTask, isDataName, isModelName, proposedRole, type DataCandidate } from './sniff.ts';
import { tasks, type TaskName } from './tasks.ts';

interface Assignment extends Record<Role, DataCandidate | null> {
  /** Usable files without a role, which the user may give one. */
  spare: DataCandidate[];
  notices: Notice[];
  ignored: IgnoredFile[];
}

export function assignRoles(
  files: readonly DataCandidate[],
  { task, folder }: TaskChoice,
  corrections: Corrections,
): Assignment {
  const train = pick('train');
  const labelled = { dev: pick('dev'), test: pick('test') };
  // Without any file to score on, one whose labels are missing says so.
  const none = labelled.dev === null && labelled.test === null;
  const dev = none ? pick('dev', true) : labelled.dev;
  const test = none && dev === null ? pick('test', true) : labelled.test;
  const used = [train, dev, test];
  const isGlue = tasks[task].kind === 'glue';
  const neither = isGlue ? 'neither train nor dev' : 'none of train, dev and test';
  const result: Assignment = { train, dev, test, spare: [], notices: [], ignored: [] };
  for (const file of files) if (!used.includes(file)) leaveOut(file);
  const others = otherTasks(files, task, used);
  if (others.length > 0) result.notices.push(mixed(task, others));
  result.ignored.push(...besideData(files).filter(({ path }) => used.every((file) => file?.path !== path)));
  return result;

  function pick(role: Role, secret = role === 'train'): DataCandidate | null {
    const candidates = files.filter((file) => roleOf(file, corrections, task) === role && mayServe(file, secret));
    return candidates.sort((a, b) => rank(b, role) - rank(a, role))[0] ?? null;
  }

  /** A file that cannot be used still takes the role its name proposes, so that its fault is what the user reads. */
  function mayServe(file: DataCandidate, secret: boolean): boolean {
    if (isCorrected(file) || fitsTask(file, task)) return true;
    const near = folder === null || file.folder === folder;
    const { kind } = file.content;
    return near && isDataName(file.name) && (kind === 'data' || kind === 'broken' || (secret && kind === 'unlabelled'));
  }

  function rank(file: DataCandidate, role: Role): number {
    const stem = unpackedName(file.name).replace(/\.[^.]*$/, '');
    const official = stem === role || (role === 'dev' && stem === 'dev_matched');
    const marks = [isCorrected(file), fitsTask(file, task), file.folder === folder, official, isDataName(file.name)];
    return marks.reduce((sum, mark) => sum * 2 + Number(mark), 0);
  }

  function isCorrected({ path }: DataCandidate): boolean {
    return correctedRole(path, corrections) !== undefined;
  }

  function leaveOut(file: DataCandidate): void {
    const { path, content } = file;
    const role = roleOf(file, corrections, task);
    const ignore = (reason: string) => result.ignored.push({ path, reason });
    if (fitsTask(file, task) && isCorrected(file)) result.spare.push(file);
    else if (fitsTask(file, task)) leaveOutFitting(file, role);
    else if (content.kind === 'data') ignore(`It has the columns of ${tasks[content.fits[0].task].title}.`);
    else if (content.kind === 'unlabelled') leaveOutSecret(file, result.dev ?? result.test);
    else if (content.kind === 'broken') ignore(content.error.message);
  }

  /** In GLUE's own folders the test files never have labels. */
  function leaveOutSecret({ path, name }: DataCandidate, scored: DataCandidate | null): void {
    result.ignored.push({ path, reason: withoutLabels(scored) });
    if (!isGlue && proposedRole(path) !== null && isDataName(name)) result.notices.push(unlabelled(path, scored));
  }

  function leaveOutFitting(file: DataCandidate, role: Role | null): void {
    const { path, name } = file;
    const used = role === null ? null : result[role];
    if (/mismatched/i.test(name)) {
      result.ignored.push({ path, reason: 'It is the second dev file of MNLI; the matched one is used.' });
    } else if (!isDataName(name)) {
      const reason = used ? `\`${used.path}\` is used as the ${role} file.` : `Its name says ${neither}.`;
      result.ignored.push({ path, reason });
    } else {
      result.spare.push(file);
      result.notices.push(used && role ? contested(file, used, role) : unnamed(file, neither));
    }
  }
}

/** Titles of the tasks, other than the one used, of which labelled files were dropped. */
function otherTasks(files: readonly DataCandidate[], task: TaskName, used: (DataCandidate | null)[]): string[] {
  const titles = new Set<string>();
  for (const file of files) {
    if (file.content.kind !== 'data' || used.includes(file) || fitsTask(file, task)) continue;
    // What lies in a model's folder may look like rows.
    if (isModelName(file.name) && proposedRole(file.path) === null) continue;
    titles.add(tasks[file.content.fits[0].task].title);
  }
  return [...titles];
}

/** Read-mes and the like, where they lie beside data. */
export function besideData(files: readonly DataCandidate[]): IgnoredFile[] {
  const folders = new Set(files.filter(({ content }) => content.kind !== 'other').map(({ folder }) => folder));
  return files
    .filter(({ folder, name, content }) => content.kind === 'other' && folders.has(folder) && !isModelName(name))
    .map(({ path }) => ({ path, reason: 'It is not a table of sentences.' }));
}

function mixed(task: TaskName, others: string[]): Notice {
  const message = `Files of more than one task were dropped: ${tasks[task].title} is used, ${others.join(', ')} left out.`;
  const next = 'Choose another task on the data card, or drop one folder only.';
  return { code: 'bad-data', path: null, message, next };
}

function contested(file: DataCandidate, used: DataCandidate, role: Role): Notice {
  const message = `Two files could be the ${role} file: \`${used.path}\` is used, \`${file.path}\` left out.`;
  const next = 'Change their roles on the data card if you want the other.';
  return { code: 'bad-data', path: file.path, message, next };
}

function unnamed({ path }: DataCandidate, neither: string): Notice {
  const message = `\`${path}\` has labels, but its name says ${neither}; it is left out.`;
  return { code: 'bad-data', path, message, next: 'Give it a role on the data card if you want to use it.' };
}

/** What the command line, too, says of a file for a part that cannot be one. */
export function unlabelled(path: string, scored: Pick<DataCandidate, 'path' | 'name'> | null): Notice {
  const instead = scored === null ? '' : `; ${withoutLabels(scored).replace(/^.*; /, '')}`;
  const message = `\`${path}\` holds no labels and is left out${instead}`.replace(/\.?$/, '.');
  return { code: 'bad-data', message, next: 'Add labels to it, if it should be scored on.', path };
}

/** @param scored the file that is scored on in its place; null: none. */
export function withoutLabels(scored: Pick<DataCandidate, 'path' | 'name'> | null): string {
  if (scored === null) return 'It holds no labels.';
  const which = proposedRole(scored.path) === 'dev' ? 'the dev file' : `\`${scored.path}\``;
  return `It holds no labels; ${which} is the test part.`;
}
