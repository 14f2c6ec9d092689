/**
 * A file whose rows a run keeps in an order of its own: a train file that was split. What is kept there is read, in the
 * file's order and with the run's numbers, and nothing of it is extracted or stored again.
 */
import type { ActivationStore } from '../../activations/cache.ts';
import { reordered, type Activations } from '../../activations/matrix.ts';
import { outputsOf, type Outputs } from './encode.ts';
import type { RowSource } from './sources.ts';
import type { InStore } from './stores.ts';

/** Where among a run's outputs those of a file are; null where the run has other rows, or other words of one. */
export function placesInRun(
  { order }: RowSource,
  { starts }: Pick<Outputs, 'starts'>,
  run: RowSource,
): Int32Array | null {
  if (run.order.length !== order.length) return null;
  const rowOf = new Map(Array.from(order, (row, index) => [row, index] as const));
  const rows = Array.from(run.order, (row) => rowOf.get(row) ?? -1);
  const kept = new Set(rows.flatMap((row, index) => (row >= 0 && starts[row + 1] > starts[row] ? index : [])));
  const theirs = outputsOf(run.data, kept).starts;
  const places = new Int32Array(starts[order.length]);
  const same = rows.every((row, index) => {
    const count = theirs[index + 1] - theirs[index];
    if (row < 0 || starts[row + 1] - starts[row] !== count) return false;
    for (let output = 0; output < count; output += 1) places[starts[row] + output] = theirs[index] + output;
    return true;
  });
  return same ? places : null;
}

/** @returns null unless all of it is kept. */
export async function keptInRun(
  run: RowSource,
  places: Int32Array,
  maker: string,
  inStore: InStore,
): Promise<Activations | null> {
  let whole = false;
  const all = await inStore(maker, { source: run, rows: places.length }, async (store) => {
    whole = await isWhole(store);
  });
  return whole ? reordered(all, places) : null;
}

async function isWhole(store: ActivationStore): Promise<boolean> {
  for (let chunk = 0; chunk < store.chunkCount; chunk += 1) if (!(await store.has(chunk))) return false;
  return true;
}
