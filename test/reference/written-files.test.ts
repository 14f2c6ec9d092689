/**
 * Activation files that Winnow writes, read by the libraries that others will read them with: h5py, numpy, safetensors and
 * NeuroX's own loader (tools/goldens/check_activations.py). PYTHON names a Python that has them, as .ci/run makes one.
 */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const python = process.env.PYTHON ?? 'python3';

function requireReaders(): void {
  if (spawnSync(python, ['-c', 'import h5py, numpy, safetensors, neurox']).status === 0) return;
  const message = `${python} is no Python with h5py, numpy, safetensors and NeuroX.`;
  throw new Error(`${message} Let PYTHON name one: pip install --no-deps -r test/reference/requirements.txt`);
}

test('h5py, numpy, safetensors and NeuroX read what was written, bit by bit', async () => {
  requireReaders();
  const script = join(root, 'tools/goldens/check_activations.py');
  const { stdout } = await promisify(execFile)(python, [script], { cwd: root });
  const read = stdout.split('\n').filter((line) => line.startsWith('ok  '));
  for (const reader of ['h5py', 'NeuroX', 'npy', 'npz', 'safetensors']) {
    expect(read.join('\n').toLowerCase()).toContain(reader.toLowerCase());
  }
});
