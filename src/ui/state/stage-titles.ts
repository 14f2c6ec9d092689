/** How far a stage has come, in words. */
import { aboutDuration, integer, significant } from '../../report/format.ts';
import type { StageProgress } from './job.svelte.ts';

/** "1 000 of 2 000 rows · 250 rows a second · about 4 s left". */
export function progressText({ done, total, unit, rate, secondsLeft }: StageProgress): string {
  const words = [`${integer(done)} of ${integer(total)} ${unit}`];
  if (rate !== null) words.push(`${significant(rate)} ${unit} a second`);
  if (secondsLeft !== null) words.push(`${aboutDuration(secondsLeft)} left`);
  return words.join(' · ');
}
