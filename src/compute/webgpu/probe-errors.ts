/** The second kernel of a step, in WGSL: the scores of all probes, and in their place derivatives and losses of the rows. */
import type { ProbeSpec } from '../device.ts';
import type { ProbeLayout } from './probe-layout.ts';
import type { KernelText } from './probe-program.ts';

const threads = 128;

/**
 * One workgroup a row: its scores, and where probes learn softmax cross entropy or squared error of each probe; rows past
 * the batch's end give zeros.
 */
export function errorsKernel({ loss }: ProbeSpec, { batch, probes, all }: ProbeLayout): KernelText {
  const crossEntropy = `
    var largest = result[to];
    for (var k = 1; k < outputsN; k++) { largest = max(largest, result[to + k]); }
    var sum = 0.0;
    for (var k = 0; k < outputsN; k++) { sum += exp(result[to + k] - largest); }
    let gold = i32(labels[row]);
    result[lossAt] = (largest + log(sum) - result[to + gold]) * scale;
    for (var k = 0; k < outputsN; k++) {
      let share = exp(result[to + k] - largest) / sum;
      result[to + k] = (share - select(0.0, 1.0, k == gold)) * scale;
    }`;
  const squaredError = `
    let difference = result[to] - labels[row];
    result[to] = 2.0 * difference * scale;
    result[lossAt] = difference * difference * scale;`;
  return {
    name: 'errors',
    inputs: ['sums', 'weights', 'labels', 'table'],
    uniforms: 'rows : i32, learns : i32,',
    threads,
    dispatch: [batch, 1, 1],
    outputShape: [batch, all + probes],
    code: `
      fn main(index : i32) {
        let row = i32(workgroupId.x);
        let start = row * (allN + probesN);
        for (var output = i32(localIndex); output < allN; output += ${threads}) {
          var sum = weights[smallN + output];
          for (var at = table[outputStartAt + output]; at < table[outputStartAt + output + 1]; at++) {
            let column = table[outputColumnAt + at];
            for (var chunk = 0; chunk < chunksN; chunk++) { sum += sums[(chunk * batchN + row) * columnsN + column]; }
          }
          result[start + output] = sum;
        }
        storageBarrier();
        if (uniforms.learns == 0) { return; }
        for (var probe = i32(localIndex); probe < probesN; probe += ${threads}) {
          let to = start + probe * outputsN;
          let lossAt = start + allN + probe;
          if (row >= uniforms.rows) {
            for (var k = 0; k < outputsN; k++) { result[to + k] = 0.0; }
            result[lossAt] = 0.0;
            continue;
          }
          let scale = 1.0 / f32(uniforms.rows);
          ${loss === 'cross-entropy' ? crossEntropy : squaredError}
        }
      }`,
  };
}
