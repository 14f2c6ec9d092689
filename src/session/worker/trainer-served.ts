/** The worker's side of a probe trainer in a worker of its own: one trainer after the other. */
import { transfer } from 'comlink';
import type { Device, ProbeSpec, ProbeTrainer } from '../../compute/device.ts';
import { openWasm } from '../../compute/wasm/device.ts';
import { guarded } from './outcome.ts';

export type ServedTrainer = ReturnType<typeof servedTrainer>;

export function servedTrainer() {
  let device: Device | null = null;
  let trainer: ProbeTrainer | null = null;
  const opened = (): ProbeTrainer => {
    if (trainer === null) throw new Error('no trainer is open');
    return trainer;
  };
  const scores = guarded((data: Float32Array, rows: number) => opened().scores(data, rows));
  return {
    open: guarded(async (spec: ProbeSpec) => {
      device ??= await openWasm(null);
      trainer = device.probeTrainer(spec);
    }),
    step: guarded((...batch: Parameters<ProbeTrainer['step']>) => opened().step(...batch)),
    takeLosses: guarded(() => opened().takeLosses()),
    async scores(data: Float32Array, rows: number) {
      const outcome = await scores(data, rows);
      return outcome.ok ? transfer(outcome, [outcome.value.buffer]) : outcome;
    },
    weights: guarded(() => opened().weights()),
    adam: guarded(() => opened().adam()),
    dispose: guarded(() => {
      trainer?.dispose();
      trainer = null;
    }),
  };
}
