/** The results on screen, found by the ids in the address: demos, past runs of this browser, files opened in this tab. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import { resultStem } from '../../exports/file-names.ts';
import type { HostedRecord } from '../../publication/hosted.ts';
import {
  analysisOf,
  runSubject,
  runTitle,
  withTitlesApart,
  type NamedAnalysis,
  type ResultSource,
} from '../../report/analysis.ts';
import { grownRun, type RunFile } from '../../run/run-file.ts';
import { demoOf } from './address.ts';
import { demoSubject, loadDemo } from './demo.ts';
import { findOpened, findUnkept, forgetOpened, rememberOpened, rememberUnkept, resultId } from './opened-runs.ts';
import type { LiveClusters } from '../../session/contract.ts';
import type { PastRuns, Unkept } from './past-runs.svelte.ts';
import { publishedForm } from './site.ts';

/** Its title is unlike those of the others on screen. */
export interface OpenResult extends NamedAnalysis {
  id: string;
  /** What the answer is about. */
  subject: string;
  source: ResultSource;
  /** Its dendrogram, where this browser keeps it. */
  clusters: LiveClusters | null;
  /** What its author says of it, where it lies beside the page. */
  hosted?: HostedRecord;
  /** What of it this browser could not keep. */
  unkept: Unkept | null;
}

export type ResultsPhase =
  | { name: 'loading'; ids: readonly string[] }
  | { name: 'open'; ids: readonly string[]; runs: OpenResult[]; lost: number }
  | { name: 'failed'; ids: readonly string[]; error: PlainError };

export class OpenResults {
  phase = $state.raw<ResultsPhase>({ name: 'open', ids: [], runs: [], lost: 0 });
  readonly #pastRuns: PastRuns;
  readonly #known = new Map<string, OpenResult>();
  readonly #dendrograms = new Map<string, LiveClusters>();
  readonly #unkept = new Map<string, Unkept>();
  /** Kept by this browser or its build: not held here once they leave the screen. */
  readonly #foundAgain = new Set<string>();

  constructor(pastRuns: PastRuns) {
    this.#pastRuns = pastRuns;
  }

  get onScreen(): readonly OpenResult[] {
    return this.phase.name === 'open' ? this.phase.runs : [];
  }

  /** Takes in a result that was just computed, or is published under a title of its own; gives its id. */
  open(source: ResultSource, clusters: LiveClusters | null = null, title?: string): string {
    const id = resultId(source);
    if (clusters) this.#dendrograms.set(id, clusters);
    this.#know(id, source, title);
    return id;
  }

  /** Showing a known result needs no storage; one on screen is redrawn. */
  #know(id: string, source: ResultSource, title?: string): void {
    const clusters = this.#dendrograms.get(id) ?? null;
    const unkept = this.#unkept.get(id) ?? null;
    const hosted = this.#known.get(id)?.hosted;
    const names = this.#names(id, source);
    const named = title === undefined ? names : { ...names, title };
    this.#known.set(id, { ...described(source), ...named, id, clusters, unkept, ...(hosted && { hosted }) });
    const { phase } = this;
    if (phase.name !== 'open' || !phase.runs.some((run) => run.id === id)) return;
    this.phase = { ...phase, runs: withTitlesApart(phase.runs.flatMap((run) => this.#known.get(run.id) ?? [])) };
  }

  /**
   * A run that has grown: what is on screen is redrawn, what this browser keeps is kept anew; a demo's grows in this tab alone.
   * @returns false where the run is no longer there.
   */
  async grow(id: string, change: (run: RunFile) => Partial<RunFile>): Promise<boolean> {
    const source = await this.sourceOf(id);
    if (source?.kind !== 'run') return false;
    const run = grownRun(source.run, change(source.run));
    this.#know(id, { kind: 'run', run });
    if (demoOf(id) !== null) this.#foundAgain.delete(id);
    else if (await this.#pastRuns.find(id)) void this.keep(id, run);
    else rememberOpened(id, { kind: 'run', run });
    return true;
  }

  /** Takes in a result from a file: a reload of this tab finds it again. */
  openFile(source: ResultSource): string {
    const id = this.open(source);
    rememberOpened(id, source);
    return id;
  }

  /**
   * Puts a run among those that this browser keeps; where it cannot, a reload of this tab finds it again.
   * @param clusters its dendrogram, null without one; undefined: the run has grown, its dendrogram is where it was.
   */
  async keep(id: string, run: RunFile, clusters?: LiveClusters | null): Promise<void> {
    const before = this.#unkept.get(id) ?? null;
    // A run that grows does not bring back a dendrogram that was not kept.
    const still = clusters === undefined && before?.what === 'dendrogram' ? before : null;
    const unkept = (await this.#pastRuns.keep(id, run, clusters ?? null)) ?? still;
    if (unkept === null) {
      forgetOpened(id);
      this.#unkept.delete(id);
      if (clusters !== undefined) this.#foundAgain.add(id);
    } else {
      this.#foundAgain.delete(id);
      this.#unkept.set(id, unkept);
      rememberUnkept(id, unkept);
      if (unkept.what === 'result') rememberOpened(id, { kind: 'run', run });
    }
    const known = this.#known.get(id);
    if (known && unkept !== before) this.#know(id, known.source);
  }

  /** Each may be of megabytes: beside what is on screen only that is held which would else be lost. */
  #letGoOfOthers(ids: readonly string[]): void {
    for (const id of [...this.#known.keys()].filter((other) => !ids.includes(other) && this.#foundAgain.has(other))) {
      this.#known.delete(id);
      this.#dendrograms.delete(id);
    }
  }

  async sourceOf(id: string): Promise<ResultSource | null> {
    return (await this.#find(id))?.source ?? null;
  }

  async show(ids: readonly string[]): Promise<void> {
    if (this.phase.name !== 'failed' && sameIds(ids, this.phase.ids)) return;
    this.phase = { name: 'loading', ids };
    this.#letGoOfOthers(ids);
    try {
      const results = await Promise.all(ids.map((id) => this.#find(id)));
      if (this.phase.ids !== ids) return;
      // It may have become known meanwhile that one is not kept.
      const runs = results.flatMap((result) => (result && this.#known.get(result.id)) ?? []);
      this.phase = { name: 'open', ids, runs: withTitlesApart(runs), lost: ids.length - runs.length };
    } catch (error) {
      if (this.phase.ids === ids) this.phase = { name: 'failed', ids, error: toPlainError(error) };
    }
  }

  async #find(id: string): Promise<OpenResult | null> {
    if (!this.#known.has(id)) {
      const name = demoOf(id);
      if (name !== null) {
        const { manifest, run } = await loadDemo(name);
        const source: ResultSource = { kind: 'run', run };
        this.#foundAgain.add(id);
        this.#known.set(id, {
          ...described(source),
          id,
          clusters: null,
          unkept: null,
          title: publishedForm() === null ? `${manifest.title} · demo` : manifest.title,
          subject: demoSubject(manifest, run),
          hosted: manifest,
        });
      } else {
        const run = await this.#pastRuns.find(id);
        const source = (await findOpened(id)) ?? (run && { kind: 'run' as const, run });
        if (source?.kind === 'run') await this.#findDendrogram(id, source.run);
        if (run) this.#foundAgain.add(id);
        const unkept = findUnkept(id);
        if (unkept) this.#unkept.set(id, unkept);
        if (source) this.#know(id, source);
      }
    }
    return this.#known.get(id) ?? null;
  }

  async #findDendrogram(id: string, run: RunFile): Promise<void> {
    const clusters = await this.#pastRuns.dendrogram(id, run);
    if (clusters) this.#dendrograms.set(id, clusters);
  }

  /** A known result keeps its names when its numbers grow. */
  #names(id: string, source: ResultSource): Pick<OpenResult, 'title' | 'subject'> {
    const known = this.#known.get(id);
    if (known) return { title: known.title, subject: known.subject };
    return source.kind === 'run'
      ? { title: runTitle(source.run), subject: runSubject(source.run) }
      : { title: source.results.name, subject: `The task of ${source.results.name}` };
  }
}

function described(source: ResultSource): Pick<OpenResult, 'stem' | 'analysis' | 'source'> {
  return { stem: resultStem(source), analysis: analysisOf(source), source };
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
