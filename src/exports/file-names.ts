/** How saved files begin: with what they are of, in characters that every system takes. All are without ending. */
import { ownMark as mark, type Role } from '../data/cards.ts';
import type { TaskName } from '../data/tasks.ts';
import type { ResultSource } from '../report/analysis.ts';
import { quickLookMark } from '../report/quick-look.ts';

/** Says which run a file is of, or which file of the published scripts. */
export function resultStem(source: ResultSource): string {
  if (source.kind === 'run') {
    const { data, model, options } = source.run;
    return runStem(data.task, model.name, options.sample !== undefined);
  }
  return stem(source.results.name.replace(/\.json$/i, ''));
}

/** The same before there is a result. */
export function runStem(task: TaskName, model: string, isQuickLook: boolean): string {
  return stem(`${task}-${model}${isQuickLook ? `-${quickLookMark}` : ''}`);
}

/** The same for activations of one data file; its role comes last, where opening them again looks for it. */
export function activationsStem(task: TaskName, model: string, role: Role): string {
  return `${stem(`${task}-${model}`)}-${role}`;
}

export function isStem(text: string): boolean {
  return text.startsWith(mark) && text.length > mark.length;
}

function stem(name: string): string {
  return `${mark}${name}`
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .slice(0, 80);
}
