/**
 * The third kernel of a step, in WGSL: Adam for the weights of all columns, and in workgroups behind those for the biases,
 * which also sums the losses. Values and their two moments are updated in place.
 */
import type { ProbeSpec } from '../device.ts';
import { beta1, beta2, epsilon } from '../reference/adam.ts';
import { type ProbeLayout, tileColumns } from './probe-layout.ts';
import type { KernelText } from './probe-program.ts';

const threads = 64;

/**
 * One thread a feature, 16 columns each; one workgroup 64 features of one tile. Behind them one thread an output (its bias)
 * or a probe (its loss); `kept` is 0 where a new sum of losses begins.
 */
export function updateKernel({ lambda1, lambda2, penalty }: ProbeSpec, layout: ProbeLayout): KernelText {
  const squares = 'sums[partialN + probe * 2 + 1]';
  const [slope, second] =
    penalty === 'square'
      ? [`${2 * lambda2} * w`, squares]
      : [`select(0.0, ${lambda2} * w / sqrt(${squares}), ${squares} > 0.0)`, `sqrt(${squares})`];
  const across = Math.ceil(layout.hidden / threads);
  const behind = Math.ceil((layout.all + layout.probes) / (threads * across));
  return {
    name: 'update',
    inputs: ['data', 'errors', 'sums', 'table'],
    uniforms: 'stepSize : f32, root : f32, kept : f32,',
    threads,
    dispatch: [across, layout.tiles + behind, 1],
    outputShape: [layout.weightsSize],
    code: `
      var<workgroup> shared16 : array<f32, 256>;
      var<workgroup> isBehind : u32;
      fn main(index : i32) {
        let tile = i32(workgroupId.y);
        let local = i32(localIndex);
        if (local == 0) { isBehind = select(0u, 1u, tile >= tilesN); }
        if (workgroupUniformLoad(&isBehind) == 1u) {
          small(((tile - tilesN) * ${across} + i32(workgroupId.x)) * ${threads} + local);
          return;
        }
        let layer = table[tileLayerAt + tile];
        let first = table[tileStartAt + tile];
        let count = table[tileCountAt + tile];
        let h = i32(workgroupId.x) * ${threads} + local;
        var sums16 : array<f32, ${tileColumns}>;
        for (var start = 0; start < batchN; start += 16) {
          for (var i = local; i < 256; i += ${threads}) {
            let row = start + i / 16;
            let c = i % 16;
            var error = 0.0;
            if (row < batchN && c < count) {
              error = errors[row * (allN + probesN) + table[columnOutputAt + first + c]];
            }
            shared16[i] = error;
          }
          workgroupBarrier();
          for (var r = 0; r < 16; r++) {
            var value = 0.0;
            if (start + r < batchN && h < hiddenN) { value = data[(start + r) * widthN + layer * hiddenN + h]; }
            for (var c = 0; c < ${tileColumns}; c++) { sums16[c] += value * shared16[r * 16 + c]; }
          }
          workgroupBarrier();
        }
        if (h >= hiddenN) { return; }
        for (var c = 0; c < count; c++) {
          let at = (first + c) * hiddenN + h;
          let probe = table[columnOutputAt + first + c] / outputsN;
          let w = result[at];
          step(at, weightsN, sums16[c] + ${lambda1} * sign(w) + ${slope});
        }
      }
      fn small(index : i32) {
        if (index >= allN + probesN) { return; }
        var sum = 0.0;
        for (var row = 0; row < batchN; row++) { sum += errors[row * (allN + probesN) + index]; }
        if (index < allN) {
          step(smallN + index, allN, sum);
          return;
        }
        let probe = index - allN;
        let at = smallN + 2 * allN + index;
        let loss = sum + ${lambda1} * sums[partialN + probe * 2] + ${lambda2} * ${second};
        result[at] = select(0.0, result[at], uniforms.kept > 0.0) + loss;
      }
      /** Of the value at a place, whose moments stand one and two strides behind it. */
      fn step(at : i32, stride : i32, gradient : f32) {
        let moment = ${beta1} * result[at + stride] + ${1 - beta1} * gradient;
        let square = ${beta2} * result[at + 2 * stride] + ${1 - beta2} * gradient * gradient;
        result[at] -= uniforms.stepSize * moment / (sqrt(square) / uniforms.root + ${epsilon});
        result[at + stride] = moment;
        result[at + 2 * stride] = square;
      }`,
  };
}
