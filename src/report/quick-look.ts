/** What a quick look is, said wherever its result is shown. */
import { tasks } from '../data/tasks.ts';
import type { RunFile } from '../run/run-file.ts';
import { integer } from './format.ts';

/** Behind the name of a run, and in the list of past runs. */
export const quickLookMark = 'quick look';

/** null for a run with all rows. */
export function quickLookWords({ options: { sample }, data }: Pick<RunFile, 'options' | 'data'>): string | null {
  if (sample === undefined) return null;
  const unit = tasks[data.task].kind === 'labelling' ? 'sentences' : 'rows';
  const { train, dev, test } = data.instances;
  const counts = unit === 'rows' ? ` (${integer(train)} train, ${integer(dev)} dev, ${integer(test)} test)` : '';
  return `Quick look: at most ${integer(sample)} ${unit} of every part${counts}, drawn at random.`;
}
