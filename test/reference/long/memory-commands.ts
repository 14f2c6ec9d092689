/** Memory of the test browser as the machine counts it: a page that is not isolated from others cannot measure its own. */
import { watchMemory, type MemoryWatch } from './memory.ts';

let watch: MemoryWatch | undefined;

/** Run by the test runner in Node, called from a test in the browser (`commands`). */
export const memoryCommands = {
  /** Begins to watch the runner and its browser; bytes held now. */
  watchMemory(): Promise<number> {
    watch = watchMemory(process.pid);
    return watch.now();
  },
  /** The most bytes held since. */
  mostMemory: (): Promise<number> => watch?.stop() ?? Promise.reject(new Error('Nothing is watched.')),
};
