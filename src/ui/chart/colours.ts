/** Colours of figures by name; the values stand in theme.css, once for each theme. Order: told apart also when colour-blind. */

/** One hue a compared run. */
const runHues = ['var(--slate)', 'var(--gold)', 'var(--plum)', 'var(--teal)', 'var(--rust)', 'var(--olive)'] as const;

/** A single run tells its two kinds of probe apart by hue; compared runs spend the hue on the run and use the line's dash. */
export function seriesHue(run: number, kind: 'individual' | 'concatenated', compared: boolean): string {
  if (!compared) return kind === 'concatenated' ? 'var(--slate)' : 'var(--gold)';
  return runHue(run);
}

export function runHue(run: number): string {
  return runHues[run % runHues.length] ?? 'var(--ink)';
}
