/** The losses of a run's probes as the run file has them: of the oracle and of each layer alone, four digits. */
import { fourDigits } from '../base/numbers.ts';
import type { TrainingCurves } from '../run/training.ts';
import type { LossCurve } from './early-stopping.ts';

/** @param curves of each seed, one a layer alone first, the oracle's last. */
export function trainingCurves(curves: readonly (readonly LossCurve[])[], layers: number): TrainingCurves {
  const of = (probe: number) => {
    const seeds = curves.map((all) => all[probe]);
    const dev = seeds.map((curve) => fourDigits(curve.dev));
    return {
      train: seeds.map((curve) => fourDigits(curve.train)),
      ...(dev.some((values) => values.length > 0) && { dev }),
      best: seeds.map(({ best }) => best),
    };
  };
  return {
    oracle: of(curves[0].length - 1),
    layers: Array.from({ length: layers }, (_, layer) => of(layer)),
  };
}
