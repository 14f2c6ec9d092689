/** `run.json`: all that Winnow knows of a run, to be opened again. Readers: src/run/run-file.ts. */
import { runText } from '../run/run-text.ts';
import type { Export } from './export.ts';

export const runExport: Export = {
  id: 'run',
  title: 'Download run',
  type: 'application/json',
  name: 'run.json',
  maker: (source) => (source.kind === 'run' ? () => runText(source.run) : null),
};
