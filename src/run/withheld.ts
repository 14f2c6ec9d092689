/**
 * Hashes that a published run does not tell. Among runs that are published together each has a mark in its place: the same
 * hash the same mark, so that results of one model, or of the same rows, are still known as such.
 */

/** In the place of a hash that stands alone. */
export const withheldHash = 'not published';

/** Of a hash among several. @param mark hexadecimal digits, which tell nothing but whether two are the same. */
export function markedHash(mark: string): string {
  return `${withheldHash} (${mark.slice(0, 8)})`;
}

const hash = /^[0-9a-f]{64}$/;
const marked = /^not published \([0-9a-f]{8}\)$/;

/** Whether a text tells one thing from another: a hash, or a mark in the place of one. */
export function tellsApart(text: string): boolean {
  return hash.test(text) || marked.test(text);
}

/** The first digits of a hash; what stands in its place as it is. */
export function shortHash(text: string, digits = 12): string {
  return hash.test(text) ? text.slice(0, digits) : text;
}
