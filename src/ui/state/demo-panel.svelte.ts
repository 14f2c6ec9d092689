/** The demos on the start screen: which there are, the stored result of one, and fetching its files to run it here. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { DroppedFile } from '../../session/contract.ts';
import { demoFiles, demoNames, demoTitle, loadDemo, type Demo, type DemoTitle } from './demo.ts';

export type DemoPhase =
  | { name: 'loading' }
  | { name: 'ready'; demo: Demo }
  | { name: 'fetching'; demo: Demo }
  | { name: 'none' }
  | { name: 'failed'; error: PlainError };

export class DemoPanelState {
  phase = $state.raw<DemoPhase>({ name: 'loading' });
  /** All demos of this page, in its order. */
  offered = $state.raw<DemoTitle[]>([]);
  /** The one that was asked for last; null: none yet. */
  #asked: string | null = null;

  async load(): Promise<void> {
    if (this.phase.name === 'ready') return;
    try {
      const names = await demoNames();
      const [first] = names;
      if (first === undefined) {
        this.phase = { name: 'none' };
        return;
      }
      this.offered = names.length > 1 ? await Promise.all(names.map(demoTitle)) : [];
      await this.choose(this.#asked ?? first);
    } catch (error) {
      this.phase = { name: 'failed', error: toPlainError(error) };
    }
  }

  /** Shows another demo once its result is there. */
  async choose(name: string): Promise<void> {
    this.#asked = name;
    try {
      const demo = await loadDemo(name);
      if (this.#asked === name && this.phase.name !== 'fetching') this.phase = { name: 'ready', demo };
    } catch (error) {
      if (this.#asked === name) this.phase = { name: 'failed', error: toPlainError(error) };
    }
  }

  /** The demo's model and data; null when they could not be fetched, which the phase tells. */
  async fetchFiles(): Promise<DroppedFile[] | null> {
    if (this.phase.name !== 'ready') return null;
    const { demo } = this.phase;
    this.phase = { name: 'fetching', demo };
    try {
      const files = await demoFiles(demo);
      this.phase = { name: 'ready', demo };
      return files;
    } catch (error) {
      this.phase = { name: 'failed', error: toPlainError(error) };
      return null;
    }
  }
}
