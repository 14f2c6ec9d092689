/** Standard output or error that may be closed (`| head`) or full: that ends nothing, it is only told. */
import type { Terminal } from './progress.ts';

export interface StandardStream extends Terminal {
  /** Waits until everything is written. @returns why something was not; null: all was. */
  flush(): Promise<Error | null>;
}

export function standardStream(stream: NodeJS.WritableStream & { isTTY?: boolean }): StandardStream {
  let failure: Error | null = null;
  const fail = (error?: Error | null): void => void (failure ??= error ?? null);
  stream.on('error', fail);
  const write = (text: string, done: (error?: Error | null) => void = fail): void => {
    if (failure) return done(failure);
    try {
      stream.write(text, done);
    } catch (error) {
      fail(error as Error);
      done(failure);
    }
  };
  return {
    isTTY: stream.isTTY,
    write,
    flush: () =>
      new Promise((resolve) =>
        write('', (error) => {
          fail(error);
          resolve(failure);
        }),
      ),
  };
}
