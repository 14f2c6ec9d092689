/**
 * Contrast of what charts draw, from the colours of the theme itself (WCAG 2.2, relative luminance): what matters is dark on
 * light and light on dark, and both ends of every scale stand out from every ground they are drawn on.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { edgeOf, hueOf, inkOn } from '../../src/ui/chart/colours.ts';
import type { Tone } from '../../src/report/chart.ts';

type Theme = 'light' | 'dark';

const theme = readFileSync(new URL('../../src/ui/theme.css', import.meta.url), 'utf8');

/** One side of a `light-dark()`, variables looked up in the theme. */
function colourIn(side: Theme, css: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(css)?.[1];
  const value = name === undefined ? css : new RegExp(`${name}: ([^;]+);`).exec(theme)?.[1];
  const sides = /^light-dark\((#\w+|rgb\([^)]*\)), (#\w+|rgb\([^)]*\))\)$/.exec(value ?? '');
  if (!sides) throw new Error(`${css} is no colour of both themes`);
  return sides[side === 'light' ? 1 : 2];
}

function luminance(colour: string): number {
  const hex = colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour;
  const channels = colour.startsWith('#')
    ? [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
    : (colour.match(/\d+/g) ?? []).map(Number);
  const [r, g, b] = channels.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(side: Theme, a: string, b: string): number {
  const [low, high] = [a, b].map((css) => luminance(colourIn(side, css))).sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['var(--ground)', 'var(--paper)'];
const shades = Array.from({ length: 21 }, (_, step) => step / 20);

describe.for(['light', 'dark'] as const)('in the %s theme', (side) => {
  const onGround = (css: string): number => Math.min(...grounds.map((ground) => contrast(side, css, ground)));

  it('contrasts are those of the standard', () => {
    expect(contrast('light', 'light-dark(#777, #000)', 'light-dark(#fff, #000)')).toBeCloseTo(4.48, 2);
  });

  it('a scale reaches 3 to 1 at both ends and stands out the more, the more a value matters', () => {
    const reached = shades.map((shade) => onGround(hueOf({ shade })));
    expect(Math.min(...reached)).toBeGreaterThanOrEqual(3);
    expect(reached).toEqual(reached.toSorted((a, b) => a - b));
    expect(reached[20] / reached[0]).toBeGreaterThan(3);
  });

  it('numbers on a shade can be read', () => {
    const least = Math.min(...shades.map((shade) => contrast(side, inkOn(shade), hueOf({ shade }))));
    expect(least).toBeGreaterThanOrEqual(4.5);
  });

  it('every tone reaches 3 to 1, and what is kept stands out more than what was removed', () => {
    const tones: Tone[] = [0, 1, 2, 3, 4, 5, 'kept', 'ink', 'soft', 'faint'];
    for (const tone of tones) expect(onGround(hueOf(tone)), `tone ${JSON.stringify(tone)}`).toBeGreaterThanOrEqual(3);
    for (const removed of [0, 2, 3] as const) expect(onGround(hueOf('kept'))).toBeGreaterThan(onGround(hueOf(removed)));
  });
});

describe('twelve things of one sort', () => {
  const looks = Array.from({ length: 12 }, (_, place) => ({ hue: hueOf(place), edge: edgeOf(place) }));

  it('are told apart, six by their hue, six more by an edge around it', () => {
    expect(new Set(looks.map(({ hue, edge }) => `${hue} ${edge}`)).size).toBe(12);
    expect(looks.slice(0, 6).every(({ edge }) => edge === null)).toBe(true);
  });

  it('what has a name or a shade of its own has no edge', () => {
    expect([edgeOf('kept'), edgeOf('ink'), edgeOf({ shade: 1 })]).toEqual([null, null, null]);
  });
});
