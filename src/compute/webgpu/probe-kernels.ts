/**
 * The three kernels of one optimiser step of all probes, in WGSL for tfjs-webgpu's program runner (tfjs alone takes 77
 * dispatches for one probe). Shapes: data [batch, width]; sums [chunks, batch, columns] of products, then [probes, 2] Σ|w|
 * and Σw²; errors [batch, all + probes], scores or derivatives and then row losses; weights [3, columns, hidden] values
 * and Adam's two moments, then biases with their moments, [3, all], then [probes] summed losses. Barriers stand where
 * control flow is the same for all threads.
 */
import type { ProbeSpec } from '../device.ts';
import { errorsKernel } from './probe-errors.ts';
import { sumsKernel } from './probe-forward.ts';
import type { ProbeLayout } from './probe-layout.ts';
import { type Kernel, kernelOf, type KernelText } from './probe-program.ts';
import { updateKernel } from './probe-update.ts';

export type ProbeKernels = ReturnType<typeof probeKernels>;

/** Each writes the tensor of its name. */
export function probeKernels(spec: ProbeSpec, layout: ProbeLayout) {
  const make = (text: KernelText): Kernel => kernelOf(text, layout.constants);
  return {
    sums: make(sumsKernel(layout)),
    errors: make(errorsKernel(spec, layout)),
    weights: make(updateKernel(spec, layout)),
  };
}
