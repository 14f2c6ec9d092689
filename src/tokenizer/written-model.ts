/** The model of a tokenizer.json as text. Vocabularies are put together by hand: an object would lose `__proto__`. */

/** @param fields small ones; @param large those that are text already */
export function modelOf(fields: object, large: Readonly<Record<string, string>>): string {
  const rest = Object.entries(large).map(([key, text]) => `${JSON.stringify(key)}:${text}`);
  return `${JSON.stringify(fields).slice(0, -1)},${rest.join()}}`;
}

/** Entries with their ids, in the order of these. */
export function textOfIds(vocabulary: ReadonlyMap<string, number>): string {
  const entries = [...vocabulary].sort(([, a], [, b]) => a - b);
  return `{${entries.map(([entry, id]) => `${JSON.stringify(entry)}:${id}`).join()}}`;
}
