/**
 * How results are compared in this browser: the names that a person gave them and the one that others are held against, by
 * their ids. Kept beside the page's other settings; what a browser that refuses storage forgets is only that.
 */
import * as v from 'valibot';
import { ownName } from '../../base/own-name.ts';
import type { FailedRun } from '../../compare/summary.ts';

const key = ownName('winnow-comparison');
const keptSchema = v.object({ names: v.record(v.string(), v.string()), base: v.nullable(v.string()) });
type Kept = v.InferOutput<typeof keptSchema>;

/** Longer ones fit no table. */
const longestName = 80;

export class ComparedResults {
  #kept = $state.raw<Kept>(stored());

  /** Null: as its file says. */
  nameOf(id: string): string | null {
    return this.#kept.names[id] ?? null;
  }

  /** An empty name is the result's own again. */
  rename(id: string, text: string): void {
    const others = Object.fromEntries(Object.entries(this.#kept.names).filter(([other]) => other !== id));
    const name = text.trim().slice(0, longestName);
    this.#keep({ ...this.#kept, names: name === '' ? others : { ...others, [id]: name } });
  }

  /** With the result. @returns what brings its name back. */
  forget(id: string): () => void {
    const name = this.nameOf(id);
    if (name === null) return () => undefined;
    this.rename(id, '');
    return () => this.rename(id, name);
  }

  /** Until somebody chooses another. */
  usualBase = $state.raw<string | null>(null);
  /** Of a study that is shown: rows that have no result. */
  failed = $state.raw<readonly FailedRun[]>([]);

  /** The result that others are held against; the first, where that is none of them. */
  baseAmong<R extends { id: string }>(runs: readonly R[]): R {
    const of = (wanted: string | null): R | undefined => runs.find(({ id }) => id === wanted);
    return of(this.#kept.base) ?? of(this.usualBase) ?? runs[0];
  }

  set base(id: string | null) {
    this.#keep({ ...this.#kept, base: id });
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      return; // full or refused: it holds as long as the page
    }
  }
}

function stored(): Kept {
  try {
    const found = v.safeParse(keptSchema, JSON.parse(localStorage.getItem(key) ?? 'null'));
    if (found.success) return found.output;
  } catch {
    // Refused, or not JSON: as before anybody chose.
  }
  return { names: {}, base: null };
}

/** Of this page. */
export const comparison = new ComparedResults();
