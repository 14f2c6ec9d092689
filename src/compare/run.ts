/** A result among those that are compared. */
import { tasks } from '../data/tasks.ts';
import { tellsApart } from '../run/withheld.ts';
import { taskTitle, type NamedAnalysis, type ResultSource } from '../report/analysis.ts';

export interface ComparedRun extends NamedAnalysis {
  id: string;
  source: ResultSource;
}

/** "SST-2"; null where the file does not say. */
export function taskNameOf({ source }: Pick<ComparedRun, 'source'>): string | null {
  return source.kind === 'run' ? taskTitle(source.run.data) : null;
}

/**
 * What two results have to share for one to be better than the other: the task, its column of labels and, where the task is a
 * person's own, the file that is scored on. Null where the file does not say.
 */
export function taskOf(run: Pick<ComparedRun, 'source'>): string | null {
  if (run.source.kind !== 'run') return null;
  const { data } = run.source.run;
  const title = taskTitle(data);
  if (tasks[data.task].kind === 'glue') return title;
  const scored = data.files.find(({ role }) => role === 'test') ?? data.files.find(({ role }) => role === 'dev');
  return `${title} ${scored?.sha256 ?? ''}`;
}

/** The model by its weights; null where the file does not name them, or its author has published nothing of their hash. */
export function weightsOf({ source }: Pick<ComparedRun, 'source'>): string | null {
  return source.kind === 'run' && tellsApart(source.run.model.sha256) ? source.run.model.sha256 : null;
}
