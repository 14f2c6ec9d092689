/**
 * The six kernels of one optimiser step of all probes, in WGSL for tfjs-webgpu's program runner (tfjs alone takes 77
 * dispatches for one probe). `result` is the output tensor; where a kernel updates, it is also read. Shapes: data [batch,
 * width]; partial [chunks, batch, columns]; scores [batch, all]; errors [batch, all + probes], derivatives and then row
 * losses; norms [probes, 2] Σ|w| and Σw²; weights [3, columns, hidden] values and Adam's two moments; small [3 × all +
 * probes] biases with their moments and then summed losses. Barriers stand where control flow is the same for all threads.
 * tfjs binds its uniforms to every kernel, so each must read at least one.
 */
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program';
import type { ProbeSpec } from '../device.ts';
import { beta1, beta2, epsilon } from '../reference/adam.ts';
import { chunkFeatures, tileColumns, type ProbeLayout } from './probe-layout.ts';

export type TensorName = 'data' | 'labels' | 'partial' | 'scores' | 'errors' | 'norms' | 'weights' | 'small' | 'table';

export interface Kernel {
  /** Names of the tensors it reads, in order. */
  inputs: TensorName[];
  /** tfjs completes a program while it runs it, so each run needs a fresh one. */
  program(): WebGPUProgram;
}

interface KernelText {
  name: string;
  /** Exactly those that the code reads: others would be missing from the bind group. */
  inputs: TensorName[];
  /** Declarations of values that change from step to step. */
  uniforms?: string;
  threads: number;
  dispatch: [number, number, number];
  outputShape: number[];
  code: string;
}

export interface ProbeKernels {
  partial: Kernel;
  scores: Kernel;
  errors: Kernel;
  norms: Kernel;
  update: Kernel;
  small: Kernel;
}

export function probeKernels(spec: ProbeSpec, layout: ProbeLayout): ProbeKernels {
  const make = (text: KernelText): Kernel => {
    const code = `${layout.constants}\n${text.code}`;
    const shaderKey = `winnow ${text.name} ${keyOf(code)}`;
    return { inputs: text.inputs, program: () => programOf(text, code, shaderKey) };
  };
  return {
    partial: make(partialKernel(layout)),
    scores: make(scoresKernel(layout)),
    errors: make(errorsKernel(spec, layout)),
    norms: make(normsKernel(layout)),
    update: make(updateKernel(spec, layout)),
    small: make(smallKernel(spec, layout)),
  };
}

/** tfjs finds compiled shaders by a key; the text itself would be hashed anew for every dispatch. */
const keys = new Map<string, number>();

function keyOf(code: string): number {
  const key = keys.get(code) ?? keys.size;
  keys.set(code, key);
  return key;
}

function programOf(text: KernelText, code: string, shaderKey: string): WebGPUProgram {
  return {
    variableNames: text.inputs,
    outputShape: text.outputShape,
    dispatchLayout: { x: text.outputShape.map((_, axis) => axis) },
    dispatch: text.dispatch,
    workgroupSize: [text.threads, 1, 1],
    shaderKey,
    getUserCode: () => code,
    ...(text.uniforms === undefined ? {} : { uniforms: text.uniforms }),
  };
}

/** One workgroup: 16 rows × one tile of columns, over one chunk of a layer's features. */
function partialKernel({ tiles, batch, chunks, columns }: ProbeLayout): KernelText {
  return {
    name: 'partial',
    inputs: ['data', 'weights', 'table'],
    uniforms: 'rows : i32,',
    threads: 256,
    dispatch: [tiles, Math.ceil(batch / 16), chunks],
    outputShape: [chunks, batch, columns],
    code: `
      var<workgroup> rowsShared : array<f32, 256>;
      var<workgroup> columnsShared : array<f32, 256>;
      fn main(index : i32) {
        let tile = i32(workgroupId.x);
        let layer = table[tileLayerAt + tile];
        let x = i32(localIndex % 16u);
        let y = i32(localIndex / 16u);
        let row = i32(workgroupId.y) * 16 + y;
        let first = table[tileStartAt + tile];
        let count = table[tileCountAt + tile];
        let chunk = i32(workgroupId.z) * ${chunkFeatures};
        var sum = 0.0;
        for (var start = 0; start < ${chunkFeatures}; start += 16) {
          let h = chunk + start + x;
          var value = 0.0;
          if (row < uniforms.rows && h < hiddenN) { value = data[row * widthN + layer * hiddenN + h]; }
          rowsShared[y * 16 + x] = value;
          var weight = 0.0;
          if (y < count && h < hiddenN) { weight = weights[(first + y) * hiddenN + h]; }
          columnsShared[y * 16 + x] = weight;
          workgroupBarrier();
          for (var i = 0; i < 16; i++) { sum += rowsShared[y * 16 + i] * columnsShared[x * 16 + i]; }
          workgroupBarrier();
        }
        if (row < batchN && x < count) {
          result[(i32(workgroupId.z) * batchN + row) * columnsN + first + x] = sum;
        }
      }`,
  };
}

function scoresKernel({ batch, all }: ProbeLayout): KernelText {
  return {
    name: 'scores',
    inputs: ['partial', 'small', 'table'],
    threads: 64,
    dispatch: [Math.ceil((batch * all) / 64), 1, 1],
    outputShape: [batch, all],
    code: `
      fn main(index : i32) {
        if (index >= uniforms.outShape.x * allN) { return; }
        let row = index / allN;
        let output = index % allN;
        var sum = small[output];
        for (var at = table[outputStartAt + output]; at < table[outputStartAt + output + 1]; at++) {
          let column = table[outputColumnAt + at];
          for (var chunk = 0; chunk < chunksN; chunk++) { sum += partial[(chunk * batchN + row) * columnsN + column]; }
        }
        result[index] = sum;
      }`,
  };
}

/** Softmax cross entropy or squared error of one row and probe; rows past the batch's end give zeros. */
function errorsKernel({ loss }: ProbeSpec, { batch, probes, all }: ProbeLayout): KernelText {
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
function normsKernel({ probes }: ProbeLayout): KernelText {
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

const adam = `
  fn decayed(moment : f32, gradient : f32) -> f32 { return ${beta1} * moment + ${1 - beta1} * gradient; }
  fn decayedSquare(square : f32, gradient : f32) -> f32 { return ${beta2} * square + ${1 - beta2} * gradient * gradient; }
  fn stepped(value : f32, moment : f32, square : f32) -> f32 {
    return value - uniforms.stepSize * moment / (sqrt(square) / uniforms.root + ${epsilon});
  }`;

const adamUniforms = 'stepSize : f32, root : f32,';

/** One thread a feature, 16 columns each; one workgroup 64 features of one tile. */
function updateKernel({ lambda1, lambda2, penalty }: ProbeSpec, layout: ProbeLayout): KernelText {
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
function smallKernel({ lambda1, lambda2, penalty }: ProbeSpec, { all, probes }: ProbeLayout): KernelText {
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
