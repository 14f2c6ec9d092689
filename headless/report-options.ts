/** What the arguments of `report` mean. */
import { firstPublication, longestTitle, type Publication } from '../src/publication/publication.ts';
import type { Revealed } from '../src/publication/run.ts';
import { revealedKinds } from '../src/publication/run-texts.ts';
import { sectionNames } from '../src/report/sections.ts';
import { CommandLine, usageFailure } from './command-line.ts';
import type { Replaces } from './output.ts';

export interface ReportCommand {
  /** Run files. */
  runs: readonly string[];
  out: string;
  /** null: as the run is called. */
  title: string | null;
  /** A file of Markdown. */
  note: string | null;
  sections: Publication['sections'];
  revealed: Revealed;
  replaces: Replaces;
}

/** `--help` gives null. @throws CommandFailure `usage`. */
export function parseReport(args: string[]): ReportCommand | null {
  const line = new CommandLine(args, 'report');
  if (line.has('help')) return null;
  if (line.operands.length === 0) throw usageFailure('No run file is named.', 'Name one, for example out/run.json.');
  const out = line.required('out');
  if (!/\.html?$/i.test(out)) throw usageFailure(`--out is "${out}".`, 'Name a file that ends in .html.');
  return {
    runs: line.operands,
    ...{ out, title: titleIn(line), note: line.text('note') },
    sections: line.choices('sections', sectionNames) ?? [...sectionNames],
    revealed: revealedOf(line),
    replaces: line.has('force') ? 'anything' : 'nothing',
  };
}

/** null: as the run is called. */
export function titleIn(line: CommandLine): string | null {
  const title = line.text('title');
  if (title === null || firstPublication(title).title === title.trim()) return title;
  throw usageFailure('--title is no title.', `Give one line of at most ${longestTitle} characters.`);
}

/** What of an author's texts is to be in it. */
export function revealedOf(line: CommandLine): Publication['revealed'] {
  return line.text('reveal') === 'all' ? [...revealedKinds] : (line.choices('reveal', revealedKinds) ?? []);
}
