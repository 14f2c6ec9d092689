/** The worker's side of a probe trainer in a worker of its own: one trainer after the other. */
import { transfer } from 'comlink';
import type { Device, ProbeSpec, ProbeTrainer } from '../../compute/device.ts';
import { takeSteps, type BatchGroup } from '../../compute/threads.ts';
import { openWasm } from '../../compute/wasm/device.ts';
import { guarded } from './outcome.ts';

export type ServedTrainer = ReturnType<typeof servedTrainer>;

export function servedTrainer() {
  let device: Device | null = null;
  let open: { trainer: ProbeTrainer; spec: ProbeSpec } | null = null;
  const opened = (): { trainer: ProbeTrainer; spec: ProbeSpec } => {
    if (open === null) throw new Error('no trainer is open');
    return open;
  };
  const scores = guarded((data: Float32Array, rows: number) => opened().trainer.scores(data, rows));
  return {
    open: guarded(async (spec: ProbeSpec) => {
      device ??= await openWasm(null);
      open = { trainer: device.probeTrainer(spec), spec };
    }),
    steps: guarded((group: BatchGroup) => takeSteps(opened().trainer, opened().spec, group)),
    takeLosses: guarded(() => opened().trainer.takeLosses()),
    async scores(data: Float32Array, rows: number) {
      const outcome = await scores(data, rows);
      return outcome.ok ? transfer(outcome, [outcome.value.buffer]) : outcome;
    },
    weights: guarded(() => opened().trainer.weights()),
    adam: guarded(() => opened().trainer.adam()),
    dispose: guarded(() => {
      open?.trainer.dispose();
      open = null;
    }),
  };
}
