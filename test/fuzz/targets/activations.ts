/** Files of activations: sentences are as large as they say, and as many. */
import assert from 'node:assert/strict';
import { openActivations } from '../../../src/activations/file/open.ts';
import { writeActivations } from '../../../src/activations/file/write.ts';
import { inMemory } from '../../../src/activations/matrix.ts';
import { WinnowError } from '../../../src/base/errors.ts';
import { sentenceLimitBytes } from '../../../src/format/activation-file.ts';
import { loadHdf5, openHdf5, type OpenHdf5 } from '../../../src/format/hdf5.ts';
import { attempt } from '../../fixtures/hostile.ts';
import { syncFile } from '../../fixtures/worker-files.ts';
import { alone, blobFile, fixture, onlyFile, type FuzzFile, type FuzzTarget } from '../target.ts';

/** For inputs that are not to be opened as HDF5 here. */
export const noHdf5: OpenHdf5 = () => Promise.reject(new WinnowError('bad-file', 'Not here.', 'Use a browser.'));

/** Reads everything. */
export async function checkActivations(file: File, open: OpenHdf5 = noHdf5): Promise<void> {
  await attempt(async () => {
    const opened = await openActivations(file, { layers: 2, openHdf5: open });
    try {
      let sentences = 0;
      for await (const { tokens, words, data } of opened.sentences()) {
        assert.equal(data.length, tokens * opened.layers * opened.hidden);
        assert(data.byteLength <= sentenceLimitBytes);
        if (words) assert.equal(words.length, tokens);
        sentences++;
      }
      if (opened.count !== null) assert.equal(sentences, opened.count);
    } finally {
      opened.close();
    }
  });
}

export async function writtenAs(format: 'npz' | 'safetensors' | 'neurox-json'): Promise<FuzzFile> {
  const activations = inMemory(new Float32Array(12).fill(0.5), { rows: 3, layers: 2, hidden: 2 });
  const set = { activations, lengths: Int32Array.of(1, 2), words: [['a'], ['b', 'c']] };
  return blobFile(`x.${format === 'neurox-json' ? 'json' : format}`, await writeActivations(format, set));
}

export const activationTargets: readonly FuzzTarget[] = [
  {
    name: 'activation-lines',
    share: 6,
    seeds: async () => [
      [await writtenAs('neurox-json')],
      ...alone([fixture('activations/neurox.json'), fixture('activations/words.json')]),
    ],
    check: (drop) => checkActivations(onlyFile(drop)),
  },
  {
    name: 'activation-arrays',
    share: 10,
    seeds: async () => [
      [await writtenAs('npz')],
      [await writtenAs('safetensors')],
      [fixture('wild/words.pt')],
      ...alone(['rows', 'flat-double', 'big-endian', 'fortran'].map((name) => fixture(`activations/${name}.npy`))),
    ],
    check: (drop) => checkActivations(onlyFile(drop)),
  },
  {
    name: 'activation-hdf5',
    share: 0.4,
    apart: true,
    seeds: () => alone([fixture('activations/neurox.hdf5'), fixture('activations/half.hdf5')]),
    check: async ([file]) => {
      await checkActivations(syncFile('x.hdf5', file?.bytes ?? new Uint8Array()), openHdf5);
      // Throws once the library has stopped.
      await loadHdf5();
    },
  },
];
