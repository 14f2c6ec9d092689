/** Batches through an encoder, timed by the wall's clock and, where there is one, by the graphics device's own. */
import { yieldToEvents } from '../base/abort.ts';
import type { Encoder, TokenBatch } from '../model/encoder.ts';
import type { DeviceClock } from './device-clock.ts';

/** What some batches took, milliseconds. */
export interface Passage {
  wall: number;
  /** null: no such clock; its time is null where the device did not tell it. */
  device: { ms: number | null; dispatches: number; bytes: number } | null;
}

/** All batches of one way after those of the other. */
export async function passages(
  encoder: Encoder,
  ways: readonly { batches: readonly TokenBatch[] }[],
  clock: DeviceClock | null,
  signal: AbortSignal | undefined,
): Promise<Passage[]> {
  const passed: Passage[] = [];
  for (const { batches } of ways) {
    const ofBatches: Passage[] = [];
    for (const batch of batches) {
      signal?.throwIfAborted();
      let wall = 0;
      const run = async (): Promise<void> => {
        const started = performance.now();
        await encoder.run(batch);
        wall = performance.now() - started;
      };
      const device = clock && (await clock.around(run)).device;
      if (!clock) await run();
      ofBatches.push({ wall, device });
      await yieldToEvents();
    }
    passed.push(together(ofBatches));
  }
  return passed;
}

/** What all of them took. */
export function together(parts: readonly Passage[]): Passage {
  const wall = parts.reduce((sum, part) => sum + part.wall, 0);
  const devices = parts.flatMap(({ device }) => device ?? []);
  if (devices.length === 0) return { wall, device: null };
  const sumOf = (value: (device: (typeof devices)[number]) => number) =>
    devices.reduce((sum, one) => sum + value(one), 0);
  const told = devices.every(({ ms }) => ms !== null);
  const ms = told ? sumOf((device) => device.ms ?? 0) : null;
  return { wall, device: { ms, dispatches: sumOf(({ dispatches }) => dispatches), bytes: sumOf((one) => one.bytes) } };
}
