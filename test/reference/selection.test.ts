/** Neuron ordering against what numpy made from PyTorch's probe on minilm-sst2, in `../shared`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensorsHeader, readTensor } from '../../src/format/safetensors.ts';
import { orderNeurons, weightSizes } from '../../src/redundancy/rank.ts';
import { fileOf } from '../fixtures/files.ts';

const folder = join(import.meta.dirname, '../../../shared/golden/sst2');

test('cutoffs are the golden ones, and inside a step stand the same neurons', async () => {
  const golden = JSON.parse(readFileSync(join(folder, 'ordering.json'), 'utf8')) as {
    order: number[];
    cutoffs: number[];
  };
  const file = fileOf('probes.safetensors', new Uint8Array(readFileSync(join(folder, 'probes.safetensors'))));
  const { tensors } = await readSafetensorsHeader(file);
  const weight = await readTensor(file, tensors.get('all.W')!);
  const bias = await readTensor(file, tensors.get('all.b')!);
  for (const within of ['number', 'size'] as const) {
    const { order, cutoffs } = orderNeurons(weightSizes([{ weight, bias }]), within);
    expect([...cutoffs]).toEqual(golden.cutoffs);
    let before = 0;
    for (const cutoff of golden.cutoffs) {
      const step = [...order.subarray(before, cutoff)].sort((a, b) => a - b);
      expect(step).toEqual(golden.order.slice(before, cutoff));
      before = cutoff;
    }
  }
});
