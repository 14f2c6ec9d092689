/**
 * Addresses of files of the build, as a worker can fetch them. A bundler's `?url` import may give a path only, and the
 * engine worker starts from a blob: address, against which no path resolves.
 */

/** @param address an absolute address, or a path on the server that the scripts came from */
export function absoluteAddress(address: string): string {
  return new URL(address, import.meta.url).href;
}
