/** Large working storage: where the browser has no room for it, that is said and not a RangeError. */
import { WinnowError } from '../base/errors.ts';

/** @param what needs it, for the sentence. @throws WinnowError `out-of-memory`, and whatever else `make` throws. */
export async function withRoom<T>(what: string, bytes: number, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `The browser could not give ${what} ${Math.ceil(bytes / 2 ** 20)} MiB of memory.`;
    throw new WinnowError('out-of-memory', message, 'Close other tabs, or use a smaller model.', cause);
  }
}
