/** Hues of tones; the values stand in theme.css, once for each theme. */
import { interpolateCividis } from 'd3-scale-chromatic';
import type { Tone } from '../../report/chart.ts';

/** In an order in which neighbours are told apart also when colour-blind. */
const numbered = ['var(--slate)', 'var(--gold)', 'var(--plum)', 'var(--teal)', 'var(--rust)', 'var(--olive)'];
const named = { kept: 'var(--kept)', ink: 'var(--ink)', soft: 'var(--ink-soft)', faint: 'var(--line-strong)' };

/**
 * Of cividis the half that stands out on each theme's ground, so that a value that matters more is darker on light and
 * brighter on dark: from the least to the most. Both ends reach 3 to 1 against the ground.
 */
const shades = { light: [0.56, 0], dark: [0.42, 1] } as const;

function shadeIn(theme: keyof typeof shades, shade: number): number {
  const [least, most] = shades[theme];
  return least + (most - least) * Math.max(0, Math.min(1, shade));
}

function inThemes(hue: (theme: keyof typeof shades) => string): string {
  return `light-dark(${hue('light')}, ${hue('dark')})`;
}

/** A CSS colour for both themes. */
export function hueOf(tone: Tone): string {
  if (typeof tone === 'number') return numbered[tone % numbered.length];
  if (typeof tone === 'string') return named[tone];
  return inThemes((theme) => interpolateCividis(shadeIn(theme, tone.shade)));
}

/** What tells a tone from one of the same hue, six before it: a line around all that is drawn in it. Null: it has none. */
export function edgeOf(tone: Tone): string | null {
  return typeof tone === 'number' && Math.floor(tone / numbered.length) % 2 === 1 ? 'var(--ink)' : null;
}

/** Black or white, whichever stands out more on a shade: both reach 4.5 to 1 at 0.465 of cividis. */
export function inkOn(shade: number): string {
  return inThemes((theme) => (shadeIn(theme, shade) > 0.465 ? '#000' : '#fff'));
}
