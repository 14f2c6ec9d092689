/** Times of a result measured later: by depth of its encoder and by size of its classifiers. They join its run. */
import type { TimeRequest } from '../../session/contract.ts';
import { EngineTask } from './engine-task.svelte.ts';
import type { OpenResults } from './open-results.svelte.ts';
import type { SessionSource } from './session.ts';

export class RunTimes {
  readonly task: EngineTask;
  /** The result that is measured, or was last. */
  id = $state.raw<string | null>(null);
  readonly #results: OpenResults;
  readonly #announce: (text: string) => void;

  constructor(session: SessionSource, results: OpenResults, announce: (text: string) => void) {
    this.task = new EngineTask(session);
    this.#results = results;
    this.#announce = announce;
  }

  /** @param id of the result */
  async measure(id: string, request: TimeRequest): Promise<void> {
    if (this.task.busy) return;
    this.id = id;
    const timing = await this.task.run((session, hear, signal) => session.time(request, hear, signal));
    if (timing === null) return;
    await this.#results.grow(id, () => ({ timing }));
    this.#announce('The times are measured.');
  }
}
