/** What pieces of work are timed by. */

/** Seconds by what they were spent on; `bound`: those that the same work takes at least. */
export type WorkSeconds = Record<string, number>;

export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

/** What a run would only warn of spoils a measurement. */
export function fail(text: string): never {
  throw new Error(text);
}
