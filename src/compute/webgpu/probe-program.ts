/**
 * A kernel in WGSL as tfjs-webgpu's program runner takes it. `result` is the output tensor; where a kernel updates, it is
 * also read. tfjs binds its uniforms to every kernel, so each must read at least one.
 */
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program';

export type TensorName = 'data' | 'labels' | 'sums' | 'errors' | 'weights' | 'table';

export interface Kernel {
  /** Names of the tensors it reads, in order. */
  inputs: TensorName[];
  /** tfjs completes a program while it runs it, so each run needs a fresh one. */
  program(): WebGPUProgram;
}

export interface KernelText {
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

/** @param constants declared before the code. */
export function kernelOf(text: KernelText, constants: string): Kernel {
  const code = `${constants}\n${text.code}`;
  const shaderKey = `winnow ${text.name} ${keyOf(code)}`;
  return { inputs: text.inputs, program: () => programOf(text, code, shaderKey) };
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
