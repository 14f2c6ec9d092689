/**
 * The run that is going on, if one is: its stages, what it has found so far, how it ended. One at a time. Events of a run
 * that was cancelled are ignored, for the worker may send a last one.
 */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { RunFile } from '../../run/run-file.ts';
import { secondsLeft, shareDone } from '../../run/time-left.ts';
import type {
  DeviceReport,
  FoundValues,
  LiveClusters,
  PartialLayers,
  RunEvent,
  RunRequest,
  StageFacts,
} from '../../session/contract.ts';
import type { SessionSource } from './session.ts';

export type StageProgress = Omit<Extract<RunEvent, { kind: 'progress' }>, 'kind' | 'stage'>;

export interface StageState extends StageFacts {
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

const fresh = { state: 'to come', ms: null, progress: null } as const;

export class Job {
  phase = $state.raw<JobPhase>({ name: 'idle' });
  stages = $state.raw<StageState[]>([]);
  device = $state.raw<DeviceReport | null>(null);
  scores = $state.raw<PartialLayers | null>(null);
  clusters = $state.raw<LiveClusters | null>(null);
  /** What the run file will hold, as far as it is there. */
  found = $state.raw<Partial<FoundValues>>({});
  warnings = $state.raw<string[]>([]);

  /** Of the whole run, 0 to 1. */
  readonly share = $derived(shareDone(this.stages));
  /** Of the whole run; null until it is known. */
  readonly secondsLeft = $derived(secondsLeft(this.stages));
  readonly current = $derived(this.stages.find((stage) => stage.state === 'now') ?? null);

  readonly #session: SessionSource;

  constructor(session: SessionSource) {
    this.#session = session;
  }

  /** Runs to the end; null when it was cancelled or failed, as the phase says. */
  async start(request: RunRequest): Promise<RunFile | null> {
    const controller = new AbortController();
    const running: JobPhase = { name: 'running', request, startedAt: Date.now(), controller };
    this.phase = running;
    this.stages = [];
    this.device = null;
    this.scores = null;
    this.clusters = null;
    this.found = {};
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
      case 'stages':
        this.stages = event.stages.map((stage) => ({ ...fresh, ...this.#stage(stage.name), ...stage }));
        return;
      case 'stage':
        this.#change(event.stage, event.state === 'done' ? { state: 'done', ms: event.ms } : { state: 'now' });
        return;
      case 'progress':
        this.#change(event.stage, { progress: event });
        return;
      case 'scores':
        this.scores = event.layers;
        return;
      case 'clusters':
        this.clusters = event.live;
        return;
      case 'found':
        this.found = { ...this.found, [event.field]: event.value };
        return;
      case 'warning':
        this.warnings = [...this.warnings, event.text];
        return;
      default:
        event satisfies never;
    }
  }

  #stage(name: string): StageState | undefined {
    return this.stages.find((stage) => stage.name === name);
  }

  #change(name: string, change: Partial<StageState>): void {
    this.stages = this.stages.map((stage) => (stage.name === name ? { ...stage, ...change } : stage));
  }
}

/** What is kept of a run that is cancelled. */
export function keptSentence(extraction: 'to come' | 'now' | 'done'): string {
  if (extraction === 'done')
    return 'Cancelled. All activations are kept: the next run on these files starts with the probes.';
  if (extraction === 'now')
    return 'Cancelled. The activations extracted so far are kept: the next run on these files goes on from there.';
  return 'Cancelled before any activation was extracted.';
}
