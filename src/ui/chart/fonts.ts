/** The letters of saved figures: addresses of Arimo's files, a writing system each, and what is in them. */
import latin400 from '@fontsource/arimo/files/arimo-latin-400-normal.woff?url';
import latin600 from '@fontsource/arimo/files/arimo-latin-600-normal.woff?url';
import latinExtended400 from '@fontsource/arimo/files/arimo-latin-ext-400-normal.woff?url';
import latinExtended600 from '@fontsource/arimo/files/arimo-latin-ext-600-normal.woff?url';
import greek400 from '@fontsource/arimo/files/arimo-greek-400-normal.woff?url';
import greek600 from '@fontsource/arimo/files/arimo-greek-600-normal.woff?url';
import cyrillic400 from '@fontsource/arimo/files/arimo-cyrillic-400-normal.woff?url';
import cyrillic600 from '@fontsource/arimo/files/arimo-cyrillic-600-normal.woff?url';
import { parse, type Font } from 'opentype.js';

export const regularFonts = [latin400, latinExtended400, greek400, cyrillic400];
export const strongFonts = [latin600, latinExtended600, greek600, cyrillic600];
const fonts = new Map<string, Promise<Font>>();

export function fontAt(address: string): Promise<Font> {
  const known = fonts.get(address);
  if (known) return known;
  const font = fetch(address).then(async (response) => parse(await response.arrayBuffer()));
  fonts.set(address, font);
  font.catch(() => fonts.delete(address));
  return font;
}
