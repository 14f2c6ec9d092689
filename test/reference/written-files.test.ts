/**
 * Activation files that Winnow writes, read by the libraries that others will read them with: h5py, numpy, safetensors and
 * NeuroX's own loader (tools/goldens/check_activations.py). PYTHON names a Python that has them; without one this is
 * skipped, and the same bytes are held against NeuroX's own in the unit tests alone.
 */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const python = process.env.PYTHON ?? 'python3';
const hasReaders = spawnSync(python, ['-c', 'import h5py, numpy, safetensors, neurox']).status === 0;

test.runIf(hasReaders)('h5py, numpy, safetensors and NeuroX read what was written, bit by bit', async () => {
  const script = join(root, 'tools/goldens/check_activations.py');
  const { stdout } = await promisify(execFile)(python, [script], { cwd: root });
  const read = stdout.split('\n').filter((line) => line.startsWith('ok  '));
  for (const reader of ['h5py', 'NeuroX', 'npy', 'npz', 'safetensors']) {
    expect(read.join('\n').toLowerCase()).toContain(reader.toLowerCase());
  }
});
