/** One progress for several pieces of work that follow each other. */
import type { Progress } from '../../base/abort.ts';

/**
 * A progress for each piece, counted in that piece's own units.
 * @param work what each piece costs compared with the others; 0 for one that is left out.
 * @param progress counts thousandths of the whole.
 */
export function inShares<K extends string>(progress: Progress, work: Record<K, number>): Record<K, Progress> {
  const entries = Object.entries<number>(work);
  const whole = entries.reduce((sum, [, cost]) => sum + cost, 0);
  let before = 0;
  const shares = entries.map(([name, cost]): [string, Progress] => {
    const start = before;
    before += cost;
    return [name, (done, total) => progress(Math.floor((1000 * (start + (cost * done) / total)) / whole), 1000)];
  });
  return Object.fromEntries(shares) as Record<K, Progress>;
}
