/** What each stage does, and how far it has come, in words. */
import { aboutDuration, integer, significant } from '../../report/format.ts';
import type { StageName } from '../../session/contract.ts';
import type { StageProgress } from './job.svelte.ts';

export const stageTitles: Readonly<Record<StageName, string>> = {
  read: 'Read the files',
  tokenize: 'Cut texts into subwords',
  extract: 'Extract every layer',
  probes: 'Train the probes',
  similarity: 'Compare the layers',
  clusters: 'Cluster the neurons',
  selection: 'Find the neurons that are enough',
  questions: 'Check against chance',
  write: 'Write the file',
};

/** "1 000 of 2 000 rows · 250 rows a second · about 4 s left". */
export function progressText({ done, total, unit, rate, secondsLeft }: StageProgress): string {
  const words = [`${integer(done)} of ${integer(total)} ${unit}`];
  if (rate !== null) words.push(`${significant(rate)} ${unit} a second`);
  if (secondsLeft !== null) words.push(`${aboutDuration(secondsLeft)} left`);
  return words.join(' · ');
}
