/**
 * The CPU device: kernels of our own on WebAssembly SIMD, in this thread and, where they are worth it, on several: probes
 * train in parts, products of columns are made by tiles.
 */
import { WinnowError } from '../../base/errors.ts';
import { compiledProbes, featureGroup } from '../kernels/linear-probe.ts';
import type { Device } from '../device.ts';
import { openColumnProducts } from '../products/open.ts';
import { partCount, SplitTrainer } from '../split-trainer.ts';
import type { Threads } from '../threads.ts';
import { WasmProbeTrainer } from './probe-trainer.ts';

/**
 * @param more null: everything on this thread.
 * @throws WinnowError `not-loaded` without its kernels.
 */
export async function openWasm(more: Threads | null): Promise<Device> {
  const module = await compiledProbes();
  let closed = false;
  const check = (): void => {
    if (closed) throw new WinnowError('internal', 'This device was closed.', 'Start the run again.');
  };
  return {
    backend: 'wasm',
    adapter: null,
    threads: more?.threads ?? 1,
    joinedWidth: featureGroup,
    columnProducts: (spec) => openColumnProducts(spec, more),
    probeTrainer(spec) {
      check();
      const parts = more ? partCount(spec, more.threads) : 1;
      if (more && parts > 1) return new SplitTrainer(spec, parts, more.trainerApart);
      return new WasmProbeTrainer(spec, module, check);
    },
    dispose() {
      closed = true;
    },
  };
}
