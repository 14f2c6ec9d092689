/** What every long function takes beside its input: a signal that stops it and a place to report progress. */

/** `share` of the work that is done, from 0 to 1, where units do not cost alike; without it, that of the units. */
export type Progress = (done: number, total: number, share?: number) => void;

export interface Control {
  signal?: AbortSignal;
  progress?: Progress;
}

/** Lets messages and aborts be handled between two pieces of synchronous work. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
