/**
 * A call's ear for events: a message port of its own, which is closed when the call has ended. A function that comlink
 * passes on keeps its port, and the listener on it, as long as the page lives.
 */
import { transfer } from 'comlink';

/** The last word on a port: the answer to a call comes by another way, perhaps before its last events. */
const over = null;

/** The caller's side. @param ask calls the worker with what stands there for `report`. */
export async function heard<E, T>(
  report: (event: E) => void,
  ask: (ear: (event: E) => void) => Promise<T>,
): Promise<T> {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<E | typeof over>) => {
    if (data === over) port1.close();
    else report(data);
  };
  try {
    return await ask(transfer(port2, [port2]) as unknown as (event: E) => void);
  } catch (error) {
    // A worker that was ended says nothing any more.
    port1.close();
    throw error;
  }
}

/** The worker's side: a port among what a function is called with comes to it as the function that it stands for. */
export function withEars<T>(work: (...args: unknown[]) => Promise<T>): (...args: unknown[]) => Promise<T> {
  return async (...args) => {
    const isPort = (arg: unknown): arg is MessagePort => arg instanceof MessagePort;
    try {
      return await work(...args.map((arg) => (isPort(arg) ? (event: unknown) => arg.postMessage(event) : arg)));
    } finally {
      for (const port of args.filter(isPort)) {
        port.postMessage(over);
        port.close();
      }
    }
  };
}
