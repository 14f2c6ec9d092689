/** Activations as a safetensors file: one tensor `activations` F32 [rows, layers, hidden], never whole in memory twice. */
import type { Activations } from '../activations/matrix.ts';
import { writeSafetensors } from '../format/safetensors.ts';

export async function activationsFile(activations: Activations): Promise<Blob> {
  const { rows, layers, hidden } = activations;
  const parts: Blob[] = [];
  for (let index = 0; index < activations.blockCount; index += 1) {
    const { data } = await activations.block(index);
    // A Blob of its own lets the browser move the bytes out of this process.
    parts.push(new Blob([data as Float32Array<ArrayBuffer>]));
  }
  return writeSafetensors([{ name: 'activations', dtype: 'F32', shape: [rows, layers, hidden], parts }]);
}
