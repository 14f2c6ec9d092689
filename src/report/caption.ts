/** What a figure's caption says: its name and description, then what it is of and how that was made. */
import { tasks } from '../data/tasks.ts';
import type { RunFile } from '../run/run-file.ts';
import { rowUnit, type ResultSource } from './analysis.ts';
import type { Figure } from './chart.ts';
import { counted, integer, listed, unspaced } from './format.ts';
import { protocolTitle } from './provenance.ts';

/** A result with the digits that its run file is known by; null for a file of the published scripts. */
export interface IdentifiedSource {
  source: ResultSource;
  sha256: string | null;
}

/** Digits of a hash in a sentence. */
export const shownDigits = 12;

/** In one paragraph, with plain spaces: it goes into other programs. */
export function captionText(
  { title, description }: Pick<Figure, 'title' | 'description'>,
  of: IdentifiedSource[],
): string {
  const sentences = [title, description, ...of.map(sourceSentence)].map((text) => text.trim()).filter(Boolean);
  return unspaced(sentences.map((text) => (/[.?!]$/.test(text) ? text : `${text}.`)).join(' '));
}

function sourceSentence({ source, sha256 }: IdentifiedSource): string {
  if (source.kind === 'published') {
    return `From ${source.results.name} of the published scripts; it names neither model nor data.`;
  }
  return `${runSentence(source.run)}${sha256 === null ? '' : `; run.json SHA-256 ${sha256.slice(0, shownDigits)}`}.`;
}

function runSentence(run: RunFile): string {
  const { data, model, options } = run;
  const { train, dev, test } = data.instances;
  const rows = `${integer(train)} train, ${integer(dev)} dev and ${integer(test)} test ${rowUnit(run)}s`;
  const seeds = `${options.seeds.length === 1 ? 'seed' : 'seeds'} ${listed(options.seeds.map(String))}`;
  const size = `${model.architecture}, ${counted(model.layers, 'layer')} of ${integer(model.hidden)} neurons${model.lastLayer === undefined ? '' : ', the last one normalised'}`;
  return `Task ${tasks[data.task].title}, model ${model.name} (${size}; SHA-256 ${model.sha256.slice(0, shownDigits)}); ${protocolTitle(run).toLowerCase()}, ${seeds}; ${rows}`;
}
