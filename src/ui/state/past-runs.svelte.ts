/**
 * Results that this browser keeps, in IndexedDB, each with its dendrogram beside it (too large for a file that people pass
 * on), so that c moves freely when it is opened again. A private window or refused storage leaves the list unavailable, which
 * the page says; a run goes on without it. Entries are checked as any run file is, so an old one is upgraded when read.
 */
import { del, entries, get, set } from 'idb-keyval';
import { isQuota, openDatabase } from '../../base/database.ts';
import { runTitle } from '../../report/analysis.ts';
import { checkRun, type RunFile } from '../../run/run-file.ts';
import type { LiveClusters } from '../../session/contract.ts';

/** What the list says of a run; the run itself, of megabytes perhaps, is read when it is asked for. */
export interface PastRun extends Pick<RunFile, 'protocol' | 'metric'> {
  id: string;
  savedAt: number;
  title: string;
  seeds: number;
  /** Of the oracle, on the test part. */
  score: number | null | undefined;
}

/** Why this browser does not keep all of a result: it has no room, or no storage. */
export interface Unkept {
  what: 'result' | 'dendrogram';
  isFull: boolean;
}

export type PastRunsPhase = { name: 'loading' } | { name: 'listed'; runs: PastRun[] } | { name: 'unavailable' };

export class PastRuns {
  phase = $state.raw<PastRunsPhase>({ name: 'loading' });
  readonly #store = openDatabase('winnow-results', 'runs');
  readonly #dendrograms = openDatabase('winnow-dendrograms', 'dendrograms');

  async load(): Promise<void> {
    try {
      const kept = await entries<string, unknown>(this.#store);
      const runs = kept.flatMap(([id, value]) => {
        const entry = readEntry(id, value);
        return entry ? summary(id, entry) : [];
      });
      this.#list(runs);
    } catch {
      this.phase = { name: 'unavailable' };
    }
  }

  /**
   * @param clusters the run's dendrogram, where it is known; one that is kept already stays.
   * @returns null where all of it can be found again.
   */
  async keep(
    id: string,
    run: RunFile,
    clusters: LiveClusters | null = null,
    savedAt = Date.now(),
  ): Promise<Unkept | null> {
    try {
      await set(id, { savedAt, run }, this.#store);
    } catch (cause) {
      // What is kept already is still there where only room is lacking.
      if (!isQuota(cause)) this.phase = { name: 'unavailable' };
      return { what: 'result', isFull: isQuota(cause) };
    }
    if (this.phase.name === 'listed') this.#list([summary(id, { savedAt, run }), ...this.#without(id)]);
    else await this.load();
    if (!clusters) return null;
    return set(id, clusters, this.#dendrograms).then(
      () => null,
      (cause: unknown) => ({ what: 'dendrogram', isFull: isQuota(cause) }),
    );
  }

  async find(id: string): Promise<RunFile | null> {
    try {
      return readEntry(id, await get<unknown>(id, this.#store))?.run ?? null;
    } catch {
      return null; // no storage: the caller says that the result is not here
    }
  }

  /** Null where none is kept, or not one of this run. */
  async dendrogram(id: string, run: RunFile): Promise<LiveClusters | null> {
    try {
      const kept = await get<unknown>(id, this.#dendrograms);
      return isDendrogram(kept, run) ? kept : null;
    } catch {
      return null; // no storage: c moves between the thresholds of the run file
    }
  }

  /** @returns what brings it back. */
  async remove({ id, savedAt }: PastRun): Promise<() => Promise<void>> {
    const run = await this.find(id);
    const clusters = run && (await this.dendrogram(id, run));
    await del(id, this.#store);
    await del(id, this.#dendrograms);
    this.#list(this.#without(id));
    return async () => void (run && (await this.keep(id, run, clusters, savedAt)));
  }

  #without(id: string): PastRun[] {
    return this.phase.name === 'listed' ? this.phase.runs.filter((run) => run.id !== id) : [];
  }

  /** The newest first. */
  #list(runs: PastRun[]): void {
    this.phase = { name: 'listed', runs: runs.sort((a, b) => b.savedAt - a.savedAt) };
  }
}

function summary(id: string, { savedAt, run }: Entry): PastRun {
  const { protocol, metric, options, oracle } = run;
  const score = oracle.test[metric]?.mean;
  return { id, savedAt, title: runTitle(run), protocol, metric, seeds: options.seeds.length, score };
}

/** What is read back is checked as anything from outside is: its sizes fit each other, its neurons the model. */
function isDendrogram(kept: unknown, { model }: RunFile): kept is LiveClusters {
  const { linkage, neurons, layers, hidden } = (kept ?? {}) as Partial<LiveClusters>;
  if (!(linkage instanceof Float64Array) || !(neurons instanceof Int32Array)) return false;
  if (layers !== model.layers + 1 || hidden !== model.hidden) return false;
  const { length: leaves } = neurons;
  if (leaves === 0 || linkage.length !== 4 * (leaves - 1)) return false;
  const isNode = (node: number, merge: number): boolean => Number.isInteger(node) && node >= 0 && node < leaves + merge;
  for (let merge = 0; merge < leaves - 1; merge++) {
    const [a, b] = [linkage[4 * merge], linkage[4 * merge + 1]];
    if (!isNode(a, merge) || !isNode(b, merge) || !Number.isFinite(linkage[4 * merge + 2])) return false;
  }
  return neurons.every((neuron) => neuron >= 0 && neuron < layers * hidden);
}

interface Entry {
  savedAt: number;
  run: RunFile;
}

/** Null for an entry that no longer reads as a run, of a newer Winnow for instance. */
function readEntry(id: string, value: unknown): Entry | null {
  const entry = value as { savedAt?: unknown; run?: unknown } | undefined;
  if (!entry || typeof entry.savedAt !== 'number') return null;
  try {
    return { savedAt: entry.savedAt, run: checkRun(entry.run, id) };
  } catch {
    return null;
  }
}
