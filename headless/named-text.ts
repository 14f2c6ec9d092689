/** A file of text that a command was told to read. */
import { readFile } from 'node:fs/promises';
import { unreadable } from './failure.ts';

/**
 * As UTF-8, without its mark.
 * @param what it is, as a sentence begins
 * @throws WinnowError where it is missing or cannot be read (`unreadable`).
 */
export function namedText(path: string, what = 'The file'): Promise<string> {
  return readFile(path).then((bytes) => new TextDecoder().decode(bytes), unreadable(`${what} "${path}"`));
}
