/**
 * Results that this browser keeps, in IndexedDB. A private window or refused storage leaves the list unavailable, which
 * the page says; a run goes on without it. Entries are checked as any run file is, so an old one is upgraded when read.
 */
import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import { checkRun, type RunFile } from '../../run/run-file.ts';

export interface PastRun {
  id: string;
  savedAt: number;
  run: RunFile;
}

export type PastRunsPhase = { name: 'loading' } | { name: 'listed'; runs: PastRun[] } | { name: 'unavailable' };

export class PastRuns {
  phase = $state.raw<PastRunsPhase>({ name: 'loading' });
  #store: UseStore | null = null;

  async load(): Promise<void> {
    try {
      const kept = await entries<string, unknown>(this.#open());
      const runs = kept.flatMap(([id, value]) => readEntry(id, value) ?? []);
      this.phase = { name: 'listed', runs: runs.sort((a, b) => b.savedAt - a.savedAt) };
    } catch {
      this.phase = { name: 'unavailable' };
    }
  }

  async keep(id: string, run: RunFile): Promise<void> {
    try {
      await set(id, { savedAt: Date.now(), run }, this.#open());
    } catch {
      this.phase = { name: 'unavailable' };
      return;
    }
    await this.load();
  }

  async find(id: string): Promise<RunFile | null> {
    try {
      return readEntry(id, await get<unknown>(id, this.#open()))?.run ?? null;
    } catch {
      return null; // no storage: the caller says that the result is not here
    }
  }

  async remove(id: string): Promise<void> {
    await del(id, this.#open());
    await this.load();
  }

  #open(): UseStore {
    this.#store ??= createStore('winnow-results', 'runs');
    return this.#store;
  }
}

/** Null for an entry that no longer reads as a run, of a newer Winnow for instance. */
function readEntry(id: string, value: unknown): PastRun | null {
  const entry = value as { savedAt?: unknown; run?: unknown } | undefined;
  if (!entry || typeof entry.savedAt !== 'number') return null;
  try {
    return { id, savedAt: entry.savedAt, run: checkRun(entry.run, id) };
  } catch {
    return null;
  }
}
