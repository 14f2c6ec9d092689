/** The worker's side of an HDF5 file in a worker of its own: one worker reads one file. */
import { transfer } from 'comlink';
import type { NamedBlob } from '../../base/bytes.ts';
import { loadHdf5, openHdf5, type Hdf5Reader } from '../../format/hdf5.ts';
import { guarded } from './outcome.ts';

export type ServedHdf5 = ReturnType<typeof servedHdf5>;

export function servedHdf5() {
  let reader: Hdf5Reader | null = null;
  const opened = (): Hdf5Reader => {
    if (reader === null) throw new Error('no file is open');
    return reader;
  };
  const read = guarded((name: string) => opened().read(name));
  return {
    /** Apart from `open`, since loading says nothing about the file. */
    load: guarded(async () => void (await loadHdf5())),
    open: guarded(async (file: NamedBlob) => {
      reader = await openHdf5(file);
    }),
    names: guarded(() => opened().names()),
    numbers: guarded((name: string) => opened().numbers(name)),
    text: guarded((name: string) => opened().text(name)),
    async read(name: string) {
      const outcome = await read(name);
      return outcome.ok ? transfer(outcome, [outcome.value.buffer]) : outcome;
    },
  };
}
