/**
 * Text of a saved picture as outlines of Arimo, which has the widths of Arial and Helvetica: it looks the same in every
 * program, whatever fonts that has. What it said stays in `aria-label`, its size in `font-size`. A text with a character
 * that Arimo lacks stays text.
 */
import type { Font } from 'opentype.js';
import { fontAt, regularFonts, strongFonts } from './fonts.ts';
import { svgElement } from './paths.ts';

const family = 'Arimo, Liberation Sans, Arial, Helvetica, sans-serif';

/** Puts outlines in the place of all texts. Attributes are as `copyPicture` writes them: in pixels, or the parent's. */
export async function outlineText(root: SVGSVGElement): Promise<void> {
  for (const text of root.querySelectorAll('text')) {
    const words = drawnWords(text.textContent);
    const size = Number.parseFloat(inheritedBy(text, 'font-size') ?? '');
    const isStrong = Number(inheritedBy(text, 'font-weight') ?? 400) >= 600;
    const runs = await runsOf(words, isStrong ? strongFonts : regularFonts);
    if (runs === null) {
      text.setAttribute('font-family', family);
      continue;
    }
    const widths = runs.map(({ font, part }) => font.getAdvanceWidth(part, size));
    const width = widths.reduce((sum, one) => sum + one, 0);
    const anchor = inheritedBy(text, 'text-anchor');
    let x = numberOf(text, 'x') - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    const y = numberOf(text, 'y') + Number.parseFloat(text.getAttribute('dy') ?? '0') * size;
    let d = '';
    for (const [index, { font, part }] of runs.entries()) {
      d += font.getPath(part, x, y, size).toPathData(2);
      x += widths[index];
    }
    const outline = svgElement('path', { d, 'aria-label': words, 'font-size': size });
    for (const name of ['fill', 'transform']) {
      const value = text.getAttribute(name);
      if (value !== null) outline.setAttribute(name, value);
    }
    text.replaceWith(outline);
  }
}

/** One space is a space, and what has no width is left out: fonts need not have all of them. */
function drawnWords(text: string): string {
  return text
    .trim()
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/\s+/g, ' ');
}

interface TextRun {
  font: Font;
  part: string;
}

/** Stretches of one font each; null where no font has a character. */
async function runsOf(text: string, addresses: readonly string[]): Promise<TextRun[] | null> {
  const runs: TextRun[] = [];
  for (const character of text) {
    const font = await fontOf(character, addresses);
    if (font === null) return null;
    const last = runs.at(-1);
    if (last?.font === font) last.part += character;
    else runs.push({ font, part: character });
  }
  return runs;
}

async function fontOf(character: string, addresses: readonly string[]): Promise<Font | null> {
  for (const address of addresses) {
    const font = await fontAt(address);
    if (font.charToGlyphIndex(character) > 0) return font;
  }
  return null;
}

function inheritedBy(element: Element, name: string): string | null {
  return element.closest(`[${name}]`)?.getAttribute(name) ?? null;
}

function numberOf(element: Element, name: string): number {
  return Number.parseFloat(element.getAttribute(name) ?? '0');
}
