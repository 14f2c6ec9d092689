/** A worker that never answers; the test decides when it dies. */
import { vi } from 'vitest';

export class SilentWorker extends EventTarget {
  onerror: ((event: ErrorEvent) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  readonly postMessage = vi.fn();
  readonly terminate = vi.fn();

  /** As a browser tells of a worker's death. */
  die(): void {
    this.onerror?.({ message: 'out of memory', preventDefault: () => undefined } as ErrorEvent);
  }
}
