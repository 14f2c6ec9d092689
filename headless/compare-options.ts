/** What the arguments of `compare` mean. */
import { defaultOptions, type Place } from '../src/session/contract.ts';
import type { Publication } from '../src/publication/publication.ts';
import { CommandLine, usageFailure } from './command-line.ts';
import type { Replaces } from './output.ts';
import { revealedOf } from './report-options.ts';

export interface CompareCommand {
  /** Files or folders of results, in order. */
  results: readonly string[];
  out: string;
  /** Place among the results, from 0. */
  base: number;
  /** By place among the results: the file of its test rows' activations. */
  activations: ReadonlyMap<number, string>;
  /** A browser profile in which runs have kept theirs; null: none. */
  cache: string | null;
  /** What of an author's texts the report shows. */
  revealed: Publication['revealed'];
  /** Where layers are compared. */
  place: Place;
  replaces: Replaces;
}

/** `--help` gives null. @throws CommandFailure `usage`. */
export function parseCompare(args: string[]): CompareCommand | null {
  const line = new CommandLine(args, 'compare');
  if (line.has('help')) return null;
  const out = line.required('out');
  const results = line.operands;
  if (results.length === 0) throw usageFailure('No result is named.', 'Name run.json files or their folders.');
  const base = (line.wholeNumber('base', 1) ?? 1) - 1;
  if (base >= results.length)
    throw usageFailure(`--base is ${base + 1}, which is no result.`, `Give the place of one, 1 to ${results.length}.`);
  const activations = activationsOf(line.texts('activations'), results.length);
  const cache = line.text('cache');
  if (activations.size === 1 && cache === null)
    throw usageFailure('--activations is of one result alone.', 'Name a file for each of at least two results.');
  const replaces = line.has('force') ? 'anything' : 'nothing';
  const { device, threads } = { ...defaultOptions, ...line.runOptions('both') };
  return { results, out, base, activations, cache, place: { device, threads }, revealed: revealedOf(line), replaces };
}

function activationsOf(values: readonly string[], results: number): Map<number, string> {
  const found = new Map<number, string>();
  for (const [index, value] of values.entries()) {
    const [, number, file] = /^(\d+)=(.+)$/.exec(value) ?? [];
    const place = number === undefined ? index : Number(number) - 1;
    if (place < 0 || place >= results)
      throw usageFailure(
        `--activations "${value}" is of result ${place + 1}, and there are ${results}.`,
        'Give one file a result, in their order, or the place of its result before it, as 2=FILE.',
      );
    if (found.has(place))
      throw usageFailure(`--activations names two files of result ${place + 1}.`, 'Give one file a result.');
    found.set(place, file ?? value);
  }
  return found;
}
