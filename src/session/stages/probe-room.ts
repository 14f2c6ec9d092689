/** The probes of minimal sets take little room in a run file, or none. */
import { space } from '../../base/numbers.ts';
import type { KeptProbe, SelectionEntry } from '../../run/run-file.ts';

const mostCharacters = 4e6;

/**
 * The entries with their probes, or all of them without where these, with those `beside` them in the run file, would be
 * too large.
 */
export function withinRoom(
  entries: readonly SelectionEntry[],
  beside: readonly SelectionEntry[],
  warn: (text: string) => void,
): SelectionEntry[] {
  const room = [...entries, ...beside].reduce((sum, entry) => sum + charactersOf(entry), 0);
  if (room <= mostCharacters) return [...entries];
  const megabytes = (characters: number): string => `${(characters / 1e6).toFixed(1)}${space}MB`;
  warn(
    `The probes of the smallest sets would take ${megabytes(room)} in run.json, more than ${megabytes(mostCharacters)}: they are left out, and a smaller model can be saved only with the data at hand.`,
  );
  return entries.map((entry) => {
    const minimalSet = { ...entry.minimalSet };
    delete minimalSet.probe;
    return { ...entry, minimalSet };
  });
}

/** The probe on all neurons, or null where there is no room for it beside those of the minimal sets. */
export function oracleWithinRoom(probe: KeptProbe, beside: readonly SelectionEntry[]): KeptProbe | null {
  const room = beside.reduce((sum, entry) => sum + charactersOf(entry), lengthOf(probe));
  return room <= mostCharacters ? probe : null;
}

function charactersOf({ minimalSet: { probe } }: SelectionEntry): number {
  return probe ? lengthOf(probe) : 0;
}

function lengthOf({ weight, bias }: KeptProbe): number {
  return weight.length + bias.length;
}
