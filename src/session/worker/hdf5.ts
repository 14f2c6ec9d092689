/**
 * HDF5 files of users, each in a worker of its own: what a crafted file does to the HDF5 library, a trap or an endless
 * circle, ends that worker after a while and nothing else. Every call races with a clock.
 */
import type { Remote } from 'comlink';
import { nameOf, type NamedBlob } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import type { Hdf5Reader } from '../../format/hdf5.ts';
import address from '../../../workers/hdf5.worker.ts?worker&url';
import { apart } from './apart.ts';
import type { Outcome } from '../contract.ts';
import type { ServedHdf5 } from './hdf5-served.ts';
import { workerScript } from './worker-script.ts';

/** A call that takes longer turns in a circle: two seconds, and as long as a slow disk needs for the whole file. */
const patienceMs = 2000;
const slowestBytesAMs = 20_000;

/**
 * Opens a file in a new worker; `close` ends that worker.
 * @throws WinnowError `bad-file` for a file that the library cannot open, stops at or does not come back from.
 */
export async function openHdf5Apart(file: NamedBlob): Promise<Hdf5Reader> {
  const worker = new Worker(workerScript(address), { type: 'module' });
  const served = apart<ServedHdf5>(worker, (detail) => unreadable(file, detail || 'it stopped'));

  async function call<T>(ask: (remote: Remote<ServedHdf5>) => Promise<Outcome<T>>, limitMs: number): Promise<T> {
    const clock = setTimeout(() => served.end(unreadable(file, 'it does not come to an end')), limitMs);
    try {
      return await served.call(ask);
    } finally {
      clearTimeout(clock);
    }
  }

  const limitMs = patienceMs + file.size / slowestBytesAMs;
  try {
    await call((remote) => remote.load(), 60_000);
    await call((remote) => remote.open(file), limitMs);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    names: () => call((remote) => remote.names(), limitMs),
    numbers: (name) => call((remote) => remote.numbers(name), limitMs),
    text: (name) => call((remote) => remote.text(name), limitMs),
    read: (name) => call((remote) => remote.read(name), limitMs),
    close: () => worker.terminate(),
  };
}

function unreadable(file: NamedBlob, why: string): WinnowError {
  const message = `${nameOf(file)} cannot be read as HDF5: the library that reads it gave up (${why}).`;
  return new WinnowError('bad-file', message, 'The file is damaged. Copy it again, or write it again.');
}
