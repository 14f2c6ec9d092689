/**
 * The kernels between forward pass and update, in WGSL: derivatives and losses of the rows, and the norms that the
 * penalties of the weights need.
 */
import type { ProbeSpec } from '../device.ts';
import type { ProbeLayout } from './probe-layout.ts';
import type { KernelText } from './probe-program.ts';

/** Softmax cross entropy or squared error of one row and probe; rows past the batch's end give zeros. */
export function errorsKernel({ loss }: ProbeSpec, { batch, probes, all }: ProbeLayout): KernelText {
  const crossEntropy = `
    var largest = scores[start];
    for (var k = 1; k < outputsN; k++) { largest = max(largest, scores[start + k]); }
    var sum = 0.0;
    for (var k = 0; k < outputsN; k++) { sum += exp(scores[start + k] - largest); }
    let gold = i32(labels[row]);
    for (var k = 0; k < outputsN; k++) {
      let share = exp(scores[start + k] - largest) / sum;
      result[to + k] = (share - select(0.0, 1.0, k == gold)) * scale;
    }
    result[lossAt] = (largest + log(sum) - scores[start + gold]) * scale;`;
  const squaredError = `
    let difference = scores[start] - labels[row];
    result[to] = 2.0 * difference * scale;
    result[lossAt] = difference * difference * scale;`;
  return {
    name: 'errors',
    inputs: ['scores', 'labels'],
    uniforms: 'rows : i32,',
    threads: 64,
    dispatch: [Math.ceil((batch * probes) / 64), 1, 1],
    outputShape: [batch, all + probes],
    code: `
      fn main(index : i32) {
        if (index >= batchN * probesN) { return; }
        let row = index / probesN;
        let probe = index % probesN;
        let start = row * allN + probe * outputsN;
        let to = row * (allN + probesN) + probe * outputsN;
        let lossAt = row * (allN + probesN) + allN + probe;
        if (row >= uniforms.rows) {
          for (var k = 0; k < outputsN; k++) { result[to + k] = 0.0; }
          result[lossAt] = 0.0;
          return;
        }
        let scale = 1.0 / f32(uniforms.rows);
        ${loss === 'cross-entropy' ? crossEntropy : squaredError}
      }`,
  };
}

/** One workgroup a probe. */
export function normsKernel({ probes }: ProbeLayout): KernelText {
  return {
    name: 'norms',
    inputs: ['weights', 'table'],
    threads: 256,
    dispatch: [probes, 1, 1],
    outputShape: [probes, 2],
    code: `
      var<workgroup> sums : array<vec2<f32>, 256>;
      fn main(index : i32) {
        let probe = i32(workgroupId.x);
        let local = i32(localIndex);
        let first = table[outputStartAt + probe * outputsN];
        let count = table[outputStartAt + (probe + 1) * outputsN] - first;
        var sum = vec2<f32>(0.0);
        for (var i = local; i < count * hiddenN; i += 256) {
          let w = weights[table[outputColumnAt + first + i / hiddenN] * hiddenN + i % hiddenN];
          sum += vec2<f32>(abs(w), w * w);
        }
        sums[local] = sum;
        for (var half = 128; half > 0; half = half / 2) {
          workgroupBarrier();
          if (local < half) { sums[local] += sums[local + half]; }
        }
        if (local == 0 && probe < uniforms.outShape.x) {
          result[probe * 2] = sums[0].x;
          result[probe * 2 + 1] = sums[0].y;
        }
      }`,
  };
}
