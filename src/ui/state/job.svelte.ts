/**
 * The run that is going on, if one is: its stages, what it has found so far, how it ended. One at a time. Events of a run
 * that was cancelled are ignored, for the worker may send a last one.
 */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { ClusteringEntry, RunFile, SelectionEntry } from '../../run/run-file.ts';
import {
  stageNames,
  type DeviceReport,
  type LiveClusters,
  type PartialLayers,
  type RunEvent,
  type RunRequest,
  type RunStage,
  type StageName,
} from '../../session/contract.ts';
import type { SessionSource } from './session.ts';

export interface StageProgress {
  done: number;
  total: number;
  unit: string;
  rate: number | null;
  secondsLeft: number | null;
}

export interface Stage {
  name: RunStage;
  state: 'to come' | 'now' | 'done';
  ms: number | null;
  progress: StageProgress | null;
}

export type JobPhase =
  | { name: 'idle' }
  | { name: 'running'; request: RunRequest; startedAt: number; controller: AbortController }
  | { name: 'failed'; request: RunRequest; error: PlainError }
  /** Ended well; the screen changes to the result next. */
  | { name: 'done' };

/** How much of a whole run each stage usually takes; only the per cent in the title depends on it. */
const weights: Readonly<Record<RunStage, number>> = {
  read: 1,
  tokenize: 2,
  extract: 60,
  probes: 14,
  similarity: 1,
  clusters: 6,
  selection: 14,
  questions: 2,
};

export class Job {
  phase = $state.raw<JobPhase>({ name: 'idle' });
  stages = $state.raw<Stage[]>(freshStages());
  device = $state.raw<DeviceReport | null>(null);
  scores = $state.raw<PartialLayers | null>(null);
  cka = $state.raw<RunFile['cka'] | null>(null);
  clusters = $state.raw<LiveClusters | null>(null);
  clustering = $state.raw<ClusteringEntry[]>([]);
  selection = $state.raw<SelectionEntry[]>([]);
  warnings = $state.raw<string[]>([]);

  /** Of the whole run, 0 to 1. */
  readonly share = $derived(shareDone(this.stages));
  readonly current = $derived(this.stages.find((stage) => stage.state === 'now') ?? null);

  readonly #session: SessionSource;

  constructor(session: SessionSource) {
    this.#session = session;
  }

  /** Runs to the end; null when it was cancelled or failed, which the phase tells apart. */
  async start(request: RunRequest): Promise<RunFile | null> {
    const controller = new AbortController();
    const running: JobPhase = { name: 'running', request, startedAt: Date.now(), controller };
    this.phase = running;
    this.stages = freshStages();
    this.device = null;
    this.scores = null;
    this.cka = null;
    this.clusters = null;
    this.clustering = [];
    this.selection = [];
    this.warnings = [];
    const isCurrent = (): boolean => this.phase === running;
    try {
      const session = await this.#session();
      const run = await session.run(request, (event) => isCurrent() && this.#hear(event), controller.signal);
      if (!isCurrent()) return null;
      this.phase = { name: 'done' };
      return run;
    } catch (error) {
      if (!isCurrent()) return null;
      const plain = toPlainError(error);
      this.phase = plain.code === 'cancelled' ? { name: 'idle' } : { name: 'failed', request, error: plain };
      return null;
    }
  }

  /** Stops at once; the page does not wait for the worker. */
  cancel(): void {
    if (this.phase.name !== 'running') return;
    const { controller } = this.phase;
    this.phase = { name: 'idle' };
    controller.abort();
  }

  /** Puts an ended run away. */
  dismiss(): void {
    if (this.phase.name !== 'running') this.phase = { name: 'idle' };
  }

  #hear(event: RunEvent): void {
    switch (event.kind) {
      case 'device':
        this.device = event.device;
        return;
      case 'stage':
        this.#change(event.stage, event.state === 'done' ? { state: 'done', ms: event.ms } : { state: 'now' });
        return;
      case 'progress': {
        const { done, total, unit, rate, secondsLeft } = event;
        this.#change(event.stage, { progress: { done, total, unit, rate, secondsLeft } });
        return;
      }
      case 'scores':
        this.scores = event.layers;
        return;
      case 'similarity':
        this.cka = event.cka;
        return;
      case 'clusters':
        this.clusters = event.live;
        return;
      case 'clustering':
        this.clustering = event.entries;
        return;
      case 'selection':
        this.selection = event.entries;
        return;
      case 'warning':
        this.warnings = [...this.warnings, event.text];
        return;
      default:
        event satisfies never;
    }
  }

  #change(name: StageName, change: Partial<Stage>): void {
    this.stages = this.stages.map((stage) => (stage.name === name ? { ...stage, ...change } : stage));
  }
}

function freshStages(): Stage[] {
  return stageNames.map((name) => ({ name, state: 'to come', ms: null, progress: null }));
}

function shareDone(stages: readonly Stage[]): number {
  let done = 0;
  let all = 0;
  for (const stage of stages) {
    const weight = weights[stage.name];
    all += weight;
    if (stage.state === 'done') done += weight;
    else if (stage.progress && stage.progress.total > 0) done += (weight * stage.progress.done) / stage.progress.total;
  }
  return all === 0 ? 0 : done / all;
}
