/**
 * Names in the browser's storage, which belongs to a host: of two pages in two folders of one host each has its own, so that
 * nothing of one is shown as the other's.
 */

/**
 * @param name of a database, a key or a lock, e.g. "winnow-results"
 * @returns itself for a page at the root of its host, otherwise with the page's folder behind it; the same in its workers.
 */
export function ownName(name: string): string {
  // Every script of a build lies one folder below the page. In a variable: the build takes the usual form for an asset.
  const script = import.meta.url;
  const folder = import.meta.env.PROD ? new URL('../', script).pathname : '/';
  return folder === '/' ? name : `${name} ${folder}`;
}
