/** Hues of tones; the values stand in theme.css, once for each theme. */
import { interpolateCividis } from 'd3-scale-chromatic';
import type { Tone } from '../../report/chart.ts';

/** In an order in which neighbours are told apart also when colour-blind. */
const numbered = ['var(--slate)', 'var(--gold)', 'var(--plum)', 'var(--teal)', 'var(--rust)', 'var(--olive)'];
const named = { kept: 'var(--kept)', ink: 'var(--ink)', soft: 'var(--ink-soft)', faint: 'var(--line-strong)' };

export function hueOf(tone: Tone): string {
  if (typeof tone === 'number') return numbered[tone % numbered.length];
  if (typeof tone === 'string') return named[tone];
  return interpolateCividis(Math.max(0, Math.min(1, tone.shade)));
}

/** Black or white, whichever stands out more on a shade: both reach 4.5 to 1 at 0.465 of cividis. */
export function inkOn(shade: number): string {
  return shade > 0.465 ? '#000' : '#fff';
}
