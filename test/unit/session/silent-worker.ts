/** A worker that never answers; the test decides when it dies. */
import { vi } from 'vitest';

export class SilentWorker extends EventTarget {
  onerror: ((event: ErrorEvent) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  readonly postMessage = vi.fn();
  readonly terminate = vi.fn();

  /** As a browser tells that a worker's script could not be loaded. */
  lackScript(): void {
    this.onerror?.({ preventDefault: () => undefined } as ErrorEvent);
  }

  /** As a browser tells of a worker's death. */
  die(message = 'out of memory'): void {
    this.onerror?.({ message, preventDefault: () => undefined } as ErrorEvent);
  }
}
