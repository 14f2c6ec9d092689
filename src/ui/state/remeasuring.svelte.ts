/** A dropped smaller model measured on the data beside it. */
import type { ReducedEntry } from '../../run/reduced.ts';
import type { DroppedFile, RunRequest } from '../../session/contract.ts';
import { EngineTask } from './engine-task.svelte.ts';
import type { SessionSource } from './session.ts';

export class Remeasuring {
  readonly task: EngineTask;
  /** Measured last, of `files`. */
  entry = $state.raw<ReducedEntry | null>(null);
  files = $state.raw<readonly DroppedFile[]>([]);
  readonly #announce: (text: string) => void;

  constructor(session: SessionSource, announce: (text: string) => void) {
    this.task = new EngineTask(session);
    this.#announce = announce;
  }

  async measure(request: RunRequest): Promise<void> {
    if (this.task.busy) return;
    this.entry = null;
    this.files = request.files;
    this.entry = await this.task.run((session, hear, signal) => session.measureReduced(request, hear, signal));
    if (this.entry) this.#announce('The smaller model is measured.');
  }
}
