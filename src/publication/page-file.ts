/**
 * One HTML file with results in it: the template that the build makes (vite.config.ts), filled with what is published. The
 * page and the command line fill it alike; the opened file reads it back, and checks it as any foreign file.
 */
import * as v from 'valibot';
import { bytesFromBase64, bytesToBase64 } from '../base/base64.ts';
import { WinnowError } from '../base/errors.ts';
import { pairsSchema } from '../measures/field.ts';
import { checkRun, type RunFile } from '../run/run-file.ts';
import { checkPublication, type Publication } from './publication.ts';

/** What stands in the file: runs that `publishedRun` has made. Several are compared. */
export interface PublishedPage {
  publication: Publication;
  runs: readonly RunFile[];
  /** Where several are compared, what stands beside them. */
  comparison?: PublishedComparison;
}

const placeSchema = v.pipe(v.number(), v.integer(), v.minValue(0));
const comparisonSchema = v.object({
  /** The run that others are held against, by its place. */
  base: placeSchema,
  /** Rows of a study that have no result, and why. */
  failed: v.array(v.object({ title: v.string(), reason: v.string() })),
  /** Layers of two of the runs, by their places. */
  layers: v.array(
    v.object({
      ...{ first: placeSchema, other: placeSchema, rows: placeSchema },
      cka: v.object({ biased: pairsSchema, debiased: pairsSchema }),
    }),
  ),
});
export type PublishedComparison = v.InferOutput<typeof comparisonSchema>;

/** In the folder of the built page. */
export const templateName = 'report.html';

/** Of the element that holds what is published, as gzip in base64: no text of anybody's can be markup there. */
export const holderId = 'published';

const place = new RegExp(`(<script type="text/plain" id="${holderId}">)(</script>)`);
const titlePlace = /<title>[^<]*<\/title>/;

/** The file's text. @throws WinnowError `not-loaded` for another template than the build's. */
export async function pageFile(template: string, page: PublishedPage): Promise<string> {
  if (!place.test(template)) {
    const message = `\`${templateName}\` of the built page is not what a saved page is made of.`;
    throw new WinnowError('not-loaded', message, 'Build the page anew, or reload it.');
  }
  const packed = await packedText(JSON.stringify(page));
  return template
    .replace(titlePlace, () => `<title>${asMarkup(page.publication.title)}</title>`)
    .replace(place, (_, start: string, end: string) => `${start}${packed}${end}`);
}

/**
 * What `pageFile` put into the element.
 * @throws WinnowError `bad-file` where it is not whole, or not what a page of Winnow holds.
 */
export async function publishedIn(packed: string): Promise<PublishedPage> {
  const found = ((await unpacked(packed)) ?? {}) as { [K in keyof PublishedPage]?: unknown };
  const { publication, runs, comparison } = found;
  if (!Array.isArray(runs) || runs.length === 0) throw broken();
  return {
    publication: checkPublication(publication, 'this page'),
    runs: runs.map((run, index) => checkRun(run, `result ${index + 1} of this page`)),
    ...(comparison !== undefined && { comparison: checkComparison(comparison, runs.length) }),
  };
}

function checkComparison(value: unknown, runs: number): PublishedComparison {
  const { success, output } = v.safeParse(comparisonSchema, value);
  if (!success) throw broken();
  const places = [output.base, ...output.layers.flatMap(({ first, other }) => [first, other])];
  if (places.some((place) => place >= runs)) throw broken();
  return output;
}

function asMarkup(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

async function packedText(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return bytesToBase64(new Uint8Array(await new Response(stream).arrayBuffer()));
}

async function unpacked(packed: string): Promise<unknown> {
  const bytes = bytesFromBase64(packed.trim());
  if (bytes === null) throw broken();
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return JSON.parse(await new Response(stream).text());
  } catch (cause) {
    throw broken(cause);
  }
}

function broken(cause?: unknown): WinnowError {
  const next = 'Copy it again from where it came from, or ask its author for it.';
  return new WinnowError('bad-file', 'This page is not whole: the results in it cannot be read.', next, cause);
}
