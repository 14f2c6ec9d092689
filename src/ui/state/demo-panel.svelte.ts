/** The demo on the start screen: its stored result, and fetching its files to run it here. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { DroppedFile } from '../../session/contract.ts';
import { demoFiles, demoNames, loadDemo, type Demo } from './demo.ts';

export type DemoPhase =
  | { name: 'loading' }
  | { name: 'ready'; demo: Demo }
  | { name: 'fetching'; demo: Demo }
  | { name: 'none' }
  | { name: 'failed'; error: PlainError };

export class DemoPanelState {
  phase = $state.raw<DemoPhase>({ name: 'loading' });

  async load(): Promise<void> {
    if (this.phase.name === 'ready') return;
    try {
      const [first] = await demoNames();
      this.phase = first === undefined ? { name: 'none' } : { name: 'ready', demo: await loadDemo(first) };
    } catch (error) {
      this.phase = { name: 'failed', error: toPlainError(error) };
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
