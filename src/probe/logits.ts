/** What a folded probe (protocols.md §12) answers on activations: logits = weight · x + bias, summed in float64. */
import { yieldToEvents, type Control } from '../base/abort.ts';
import { firstLargest } from '../base/numbers.ts';
import type { LinearWeights } from '../compute/device.ts';
import type { Activations } from '../activations/matrix.ts';

/**
 * @param neurons columns of the activations that the weight, [outputs, neurons], reads
 * @returns [rows, outputs]. Progress counts rows.
 */
export async function probeLogits(
  activations: Activations,
  { neurons, weight, bias }: LinearWeights & { neurons: Int32Array },
  { signal, progress }: Control = {},
): Promise<Float64Array> {
  const width = activations.layers * activations.hidden;
  const outputs = bias.length;
  const logits = new Float64Array(activations.rows * outputs);
  for (let index = 0; index < activations.blockCount; index += 1) {
    signal?.throwIfAborted();
    const { start, rows, data } = await activations.block(index);
    for (let row = 0; row < rows; row += 1) {
      for (let output = 0; output < outputs; output += 1) {
        let sum = bias[output];
        for (let column = 0; column < neurons.length; column += 1) {
          sum += weight[output * neurons.length + column] * data[row * width + neurons[column]];
        }
        logits[(start + row) * outputs + output] = sum;
      }
    }
    progress?.(start + rows, activations.rows);
    await yieldToEvents();
  }
  return logits;
}

/** Class numbers (the first of equals), or values in regression, of logits [rows, outputs]. */
export function answersOf(logits: ArrayLike<number>, outputs: number, classes: boolean): number[] {
  return Array.from({ length: logits.length / outputs }, (_, row) =>
    classes ? firstLargest(logits, row * outputs, outputs) : logits[row * outputs],
  );
}
