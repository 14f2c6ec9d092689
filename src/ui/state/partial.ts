/** Which score a run under way is shown in: the one that was asked for, or the task's own. */
import { tasks, type ScoreName } from '../../data/tasks.ts';
import type { Inspection } from '../../session/contract.ts';

/** Null while no data is known. */
export function shownMetric(inspection: Inspection | null, asked: ScoreName | null): ScoreName | null {
  const task = inspection?.data?.task;
  return asked ?? (task ? tasks[task].metric : null);
}
