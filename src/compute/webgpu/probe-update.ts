/**
 * The kernels of an Adam step, in WGSL: one for the weights of all columns, one for the biases, which also sums the losses.
 * Values and their two moments are updated in place.
 */
import type { ProbeSpec } from '../device.ts';
import { beta1, beta2, epsilon } from '../reference/adam.ts';
import { type ProbeLayout, tileColumns } from './probe-layout.ts';
import type { KernelText } from './probe-program.ts';

const adam = `
  fn decayed(moment : f32, gradient : f32) -> f32 { return ${beta1} * moment + ${1 - beta1} * gradient; }
  fn decayedSquare(square : f32, gradient : f32) -> f32 { return ${beta2} * square + ${1 - beta2} * gradient * gradient; }
  fn stepped(value : f32, moment : f32, square : f32) -> f32 {
    return value - uniforms.stepSize * moment / (sqrt(square) / uniforms.root + ${epsilon});
  }`;

const adamUniforms = 'stepSize : f32, root : f32,';

/** One thread a feature, 16 columns each; one workgroup 64 features of one tile. */
export function updateKernel({ lambda1, lambda2, penalty }: ProbeSpec, layout: ProbeLayout): KernelText {
  const second =
    penalty === 'square'
      ? `${2 * lambda2} * w`
      : `select(0.0, ${lambda2} * w / sqrt(norms[probe * 2 + 1]), norms[probe * 2 + 1] > 0.0)`;
  return {
    name: 'update',
    inputs: penalty === 'norm' ? ['data', 'errors', 'norms', 'table'] : ['data', 'errors', 'table'],
    uniforms: adamUniforms,
    threads: 64,
    dispatch: [Math.ceil(layout.hidden / 64), layout.tiles, 1],
    outputShape: [3, layout.columns, layout.hidden],
    code: `
      var<workgroup> shared16 : array<f32, 256>;
      ${adam}
      fn main(index : i32) {
        let tile = i32(workgroupId.y);
        let layer = table[tileLayerAt + tile];
        let first = table[tileStartAt + tile];
        let count = table[tileCountAt + tile];
        let local = i32(localIndex);
        let h = i32(workgroupId.x) * 64 + local;
        var sums : array<f32, ${tileColumns}>;
        for (var start = 0; start < batchN; start += 16) {
          for (var i = local; i < 256; i += 64) {
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
            for (var c = 0; c < ${tileColumns}; c++) { sums[c] += value * shared16[r * 16 + c]; }
          }
          workgroupBarrier();
        }
        if (h >= hiddenN) { return; }
        for (var c = 0; c < count; c++) {
          let at = (first + c) * hiddenN + h;
          let probe = table[columnOutputAt + first + c] / outputsN;
          let w = result[at];
          let gradient = sums[c] + ${lambda1} * sign(w) + ${second};
          let moment = decayed(result[weightsN + at], gradient);
          let square = decayedSquare(result[2 * weightsN + at], gradient);
          result[at] = stepped(w, moment, square);
          result[weightsN + at] = moment;
          result[2 * weightsN + at] = square;
        }
      }`,
  };
}

/** One thread an output (its bias) or a probe (its loss). `kept` is 0 where a new sum of losses begins. */
export function smallKernel({ lambda1, lambda2, penalty }: ProbeSpec, { all, probes }: ProbeLayout): KernelText {
  const squares = 'norms[probe * 2 + 1]';
  const second = penalty === 'norm' ? `sqrt(${squares})` : squares;
  return {
    name: 'small',
    inputs: ['errors', 'norms'],
    uniforms: `${adamUniforms} kept : f32,`,
    threads: 64,
    dispatch: [Math.ceil((all + probes) / 64), 1, 1],
    outputShape: [3 * all + probes],
    code: `
      ${adam}
      fn main(index : i32) {
        if (index >= allN + probesN) { return; }
        var sum = 0.0;
        for (var row = 0; row < batchN; row++) { sum += errors[row * (allN + probesN) + index]; }
        if (index < allN) {
          let moment = decayed(result[allN + index], sum);
          let square = decayedSquare(result[2 * allN + index], sum);
          result[index] = stepped(result[index], moment, square);
          result[allN + index] = moment;
          result[2 * allN + index] = square;
          return;
        }
        let probe = index - allN;
        let at = 2 * allN + index;
        let loss = sum + ${lambda1} * norms[probe * 2] + ${lambda2} * ${second};
        result[at] = select(0.0, result[at], uniforms.kept > 0.0) + loss;
      }`,
  };
}
