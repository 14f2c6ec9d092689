/** The text of a run file. Readers: run-file.ts. */
import type { RunFile } from './run-file.ts';

/** To be read by people too: lists of numbers stay on one line. */
export function runText(run: RunFile): string {
  // Inside a string a line break is escaped, so this meets lists only.
  const text = JSON.stringify(run, null, 2).replace(/\[\n[\s\d.,e+-]+\]/g, (list) => list.replace(/\s+/g, ' '));
  return `${text}\n`;
}
