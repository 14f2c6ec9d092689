/** Results as one HTML file, of the built page's template; and what is said of what is in it. */
import { join } from 'node:path';
import { pageFile, templateName, type PublishedPage } from '../src/publication/page-file.ts';
import type { PublishedPart } from '../src/publication/run.ts';
import { integer, unspaced } from '../src/report/format.ts';
import { namedText } from './named-text.ts';
import type { RunFile } from '../src/run/run-file.ts';
import { builtPage } from './serve.ts';

/** The page has been built. */
export async function filledPage(page: PublishedPage): Promise<Uint8Array<ArrayBuffer>> {
  const template = await namedText(join(builtPage, templateName));
  return new TextEncoder().encode(await pageFile(template, page));
}

/** Of several results; the page shows one that is there twice once. */
export function comparedTitle(runs: readonly RunFile[]): string {
  const count = new Set(runs.map((run) => JSON.stringify(run))).size;
  return count === 1 ? 'A result' : `${count} results compared`;
}

/** What is in the file of the author's texts, and what is not. */
export function partLines(parts: readonly PublishedPart[]): string[] {
  const lines = (isPublished: boolean, head: string, none: string): string[] => {
    const named = parts.filter((part) => part.isPublished === isPublished);
    if (named.length === 0) return none === '' ? [] : [none];
    return [head, ...named.map(({ kind, title, count }) => `  ${kind}: ${title} (${unspaced(integer(count))})`)];
  };
  return [
    ...lines(
      true,
      'In it, for whoever has the file:',
      'In it are numbers only, and no text of yours but title and note.',
    ),
    ...lines(false, 'Left out (--reveal puts it in):', ''),
  ];
}
