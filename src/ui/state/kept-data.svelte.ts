/** Activations that this browser keeps between runs: what, how large, and the way to delete them. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { KeptActivations } from '../../session/contract.ts';
import type { SessionSource } from './session.ts';

export type KeptPhase =
  { name: 'unknown' } | { name: 'listed'; items: KeptActivations[] } | { name: 'failed'; error: PlainError };

export class KeptData {
  phase = $state.raw<KeptPhase>({ name: 'unknown' });
  readonly #session: SessionSource;

  constructor(session: SessionSource) {
    this.#session = session;
  }

  async load(): Promise<void> {
    try {
      const items = await (await this.#session()).kept();
      this.phase = { name: 'listed', items: [...items].sort((a, b) => b.lastUsed - a.lastUsed) };
    } catch (error) {
      this.phase = { name: 'failed', error: toPlainError(error) };
    }
  }

  /** Deletes one set, or all (null). */
  async forget(key: string | null): Promise<void> {
    await (await this.#session()).forget(key);
    await this.load();
  }
}
