/** Which term is explained where: within a section only where it stands first. */
import { createContext } from 'svelte';
import type { GlossaryEntry } from '../../report/glossary.ts';

/** Who explains each term of a section. */
export class TermPlaces {
  readonly #owners = new Map<GlossaryEntry, symbol>();

  /** Whether this place explains the term; one that nobody explains yet is taken. */
  take(entry: GlossaryEntry, owner: symbol): boolean {
    if (!this.#owners.has(entry)) this.#owners.set(entry, owner);
    return this.#owners.get(entry) === owner;
  }

  /** A place that goes leaves its terms to others. */
  release(owner: symbol): void {
    for (const [entry, other] of this.#owners) if (other === owner) this.#owners.delete(entry);
  }
}

export const [useTermPlaces, provideTermPlaces] = createContext<TermPlaces>();
