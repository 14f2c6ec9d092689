/** How far a whole run is and what it still takes: of the stage that is going on as it says, of those to come as expected. */
import type { Stage } from './stage.ts';

export interface StageTime extends Pick<Stage, 'share'> {
  state: 'to come' | 'now' | 'done';
  /** What it was expected to take; absent before the files are read. */
  seconds?: number;
  progress: { share: number; secondsLeft: number | null } | null;
}

/** From 0 to 1, by time as soon as that is known. */
export function shareDone(stages: readonly StageTime[]): number {
  const timed = stages.every(({ seconds }) => seconds !== undefined);
  const weightOf = ({ seconds = 0, share }: StageTime): number => (timed ? seconds : share);
  const all = stages.reduce((sum, stage) => sum + weightOf(stage), 0);
  const done = stages.reduce((sum, stage) => sum + weightOf(stage) * stageShare(stage), 0);
  return all === 0 ? 0 : done / all;
}

/** null until the files are read, or while nothing of the stage that is going on is known. */
export function secondsLeft(stages: readonly StageTime[]): number | null {
  let left = 0;
  for (const stage of stages) {
    const { seconds, state, progress } = stage;
    if (seconds === undefined) return null;
    const rest = seconds * (1 - stageShare(stage));
    left += state === 'now' ? (progress?.secondsLeft ?? rest) : rest;
  }
  return left;
}

function stageShare({ state, progress }: StageTime): number {
  if (state === 'done') return 1;
  return state === 'now' ? (progress?.share ?? 0) : 0;
}
