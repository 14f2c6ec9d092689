/**
 * Which task the dropped files are for, when several would do: the user's word, then the folder that has most of a
 * data set, then the labels, then the folder's name.
 */
import { baseName } from '../base/source-file.ts';
import type { Corrections, Role } from './cards.ts';
import type { Fit } from './layout.ts';
import { correctedRole, fitsTask, proposedRole, type DataCandidate } from './sniff.ts';
import { taskNames, tasks, type TaskName } from './tasks.ts';

export interface TaskChoice {
  task: TaskName;
  /** The folder whose files are preferred; null when no file has the task's layout. */
  folder: string | null;
  /** Every task that some dropped file fits, the chosen one first. */
  candidates: TaskName[];
}

interface Bucket {
  folder: string;
  task: TaskName;
  roles: Set<Role>;
  files: number;
  /** Sum over files of the share of rows whose label the task knows. */
  share: number;
}

/** @returns null when no file has labels and the user named no task. */
export function chooseTask(files: readonly DataCandidate[], corrections: Corrections): TaskChoice | null {
  const buckets = bucketsOf(files, corrections).sort(better);
  const best = buckets.find((bucket) => bucket.task === (corrections.task ?? bucket.task));
  const task = corrections.task ?? best?.task;
  if (task === undefined) return null;
  const fitting = taskNames.filter((name) => name !== task && buckets.some((bucket) => bucket.task === name));
  return { task, folder: best?.folder ?? null, candidates: [task, ...fitting] };
}

function bucketsOf(files: readonly DataCandidate[], corrections: Corrections): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const file of files) {
    const { folder } = file;
    for (const { task, share } of fitsOf(file, corrections.task)) {
      const role = roleOf(file, corrections, task);
      const key = `${task} ${folder}`;
      const bucket = buckets.get(key) ?? { folder, task, roles: new Set<Role>(), files: 0, share: 0 };
      if (role !== null) bucket.roles.add(role);
      bucket.files++;
      bucket.share += share;
      buckets.set(key, bucket);
    }
  }
  return [...buckets.values()];
}

/** What a file fits, and what the user wants where it can serve that too: a GLUE table as somebody's own. */
function fitsOf(file: DataCandidate, chosen: TaskName | undefined): Fit[] {
  if (file.content.kind !== 'data') return [];
  const { fits } = file.content;
  if (chosen === undefined || fits.some(({ task }) => task === chosen) || !fitsTask(file, chosen)) return fits;
  return [...fits, { task: chosen, share: 0 }];
}

/** The role the user gave a file, or else the one its name proposes; GLUE's test files hold no labels. */
export function roleOf({ path }: DataCandidate, corrections: Corrections, task: TaskName): Role | null {
  const corrected = correctedRole(path, corrections);
  if (corrected !== undefined) return corrected;
  const proposed = proposedRole(path);
  return proposed === 'test' && tasks[task].kind === 'glue' ? null : proposed;
}

function better(a: Bucket, b: Bucket): number {
  const shares = b.share / b.files - a.share / a.files;
  return completeness(b) - completeness(a) || shares || Number(namesTask(b)) - Number(namesTask(a));
}

/** A train file says more about what the user is after than a dev file, and that more than a test file. */
function completeness({ roles }: Bucket): number {
  return 4 * Number(roles.has('train')) + 2 * Number(roles.has('dev')) + Number(roles.has('test'));
}

function namesTask({ folder, task }: Bucket): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(baseName(folder)).includes(plain(tasks[task].title));
}
