/**
 * The six kernels of one optimiser step of all probes, in WGSL for tfjs-webgpu's program runner (tfjs alone takes 77
 * dispatches for one probe). Shapes: data [batch, width]; partial [chunks, batch, columns]; scores [batch, all]; errors
 * [batch, all + probes], derivatives and then row losses; norms [probes, 2] Σ|w| and Σw²; weights [3, columns, hidden]
 * values and Adam's two moments; small [3 × all + probes] biases with their moments and then summed losses. Barriers stand
 * where control flow is the same for all threads.
 */
import type { ProbeSpec } from '../device.ts';
import { errorsKernel, normsKernel } from './probe-errors.ts';
import { partialKernel, scoresKernel } from './probe-forward.ts';
import type { ProbeLayout } from './probe-layout.ts';
import { type Kernel, kernelOf, type KernelText } from './probe-program.ts';
import { smallKernel, updateKernel } from './probe-update.ts';

export type ProbeKernels = ReturnType<typeof probeKernels>;

export function probeKernels(spec: ProbeSpec, layout: ProbeLayout) {
  const make = (text: KernelText): Kernel => kernelOf(text, layout.constants);
  return {
    partial: make(partialKernel(layout)),
    scores: make(scoresKernel(layout)),
    errors: make(errorsKernel(spec, layout)),
    norms: make(normsKernel(layout)),
    update: make(updateKernel(spec, layout)),
    small: make(smallKernel(spec, layout)),
  };
}
