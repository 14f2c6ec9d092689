/**
 * How far a whole run is and what it still takes: of the stage that is going on as it says, of those to come as expected,
 * corrected by how stages of their kind that are done compare with what they were expected to take.
 */
import type { Expectation, Stage } from './stage.ts';

/** Its expectation is absent before the files are read. */
export interface StageTime extends Pick<Stage, 'share'>, Partial<Expectation> {
  state: 'to come' | 'now' | 'done';
  /** What it took; only of one that is done. */
  ms?: number | null;
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

/** null until the files are read. */
export function secondsLeft(stages: readonly StageTime[]): number | null {
  if (stages.some(({ seconds }) => seconds === undefined)) return null;
  return stages.reduce((sum, stage) => sum + secondsLeftOf(stage, stages), 0);
}

function secondsLeftOf(stage: StageTime, stages: readonly StageTime[]): number {
  const { state, progress } = stage;
  const own = state === 'now' ? progress?.secondsLeft : null;
  return own ?? (1 - stageShare(stage)) * secondsByOthers(stage, stages);
}

/** Seconds that others of the kind took weigh against as many that this one was expected to take. */
function secondsByOthers({ seconds = 0, kind }: StageTime, stages: readonly StageTime[]): number {
  const known = stages.filter((other) => other.state === 'done' && other.kind === kind && typeof other.ms === 'number');
  const taken = known.reduce((sum, { ms }) => sum + (ms ?? 0) / 1000, seconds);
  const expected = known.reduce((sum, other) => sum + (other.seconds ?? 0), seconds);
  return expected === 0 ? 0 : (seconds * taken) / expected;
}

function stageShare({ state, progress }: StageTime): number {
  if (state === 'done') return 1;
  return state === 'now' ? (progress?.share ?? 0) : 0;
}
