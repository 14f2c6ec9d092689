/** The browser's storage of activations: written, and read back, beside a copy of the same bytes in memory. */
import { openStore } from '../../../src/activations/cache.ts';
import { fail, timed, type WorkSeconds } from './clock.ts';

export interface AskedStorage {
  rows: number;
  layers: number;
  hidden: number;
}

export async function storageWork(shape: AskedStorage): Promise<WorkSeconds> {
  const width = shape.layers * shape.hidden;
  const data = Float32Array.from({ length: shape.rows * width }, (_, i) => i % 1000);
  // Nothing stays in memory beside the browser's storage, so that reading reads.
  const request = { key: crypto.randomUUID(), title: 'bench', shape, memoryBytes: 0, warn: fail };
  const store = await openStore(request);
  const { chunkRows } = store;
  const writing = await timed(async () => {
    for (let chunk = 0; chunk < store.chunkCount; chunk++)
      await store.put(chunk, data.slice(chunk * chunkRows * width, (chunk + 1) * chunkRows * width));
  });
  const activations = store.activations();
  const reading = await timed(async () => {
    for (let block = 0; block < activations.blockCount; block++) await activations.block(block);
  });
  await store.close();
  const copy = new Float32Array(data.length);
  // The first touches every page of the memory.
  copy.set(data);
  const copying = await timed(() => Promise.resolve(copy.set(data)));
  return { writing: writing.seconds, reading: reading.seconds, bound: copying.seconds };
}
