/** `run.json`: all that Winnow knows of a run, to be opened again. Readers: src/run/run-file.ts. */
import type { RunFile } from '../run/run-file.ts';
import type { Export } from './export.ts';

export const runExport: Export = {
  id: 'run',
  title: 'Download run',
  type: 'application/json',
  name: 'run.json',
  maker: (source) => (source.kind === 'run' ? () => runText(source.run) : null),
};

/** To be read by people too: lists of numbers stay on one line. */
export function runText(run: RunFile): string {
  // Inside a string a line break is escaped, so this meets lists only.
  const text = JSON.stringify(run, null, 2).replace(/\[\n[\s\d.,e+-]+\]/g, (list) => list.replace(/\s+/g, ' '));
  return `${text}\n`;
}
