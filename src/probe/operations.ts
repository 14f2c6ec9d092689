/** Floating-point operations of training probes, counted from the model's shape: what estimates are made of. */
import type { Workload } from '../run/stage.ts';

type Training = Pick<Workload, 'seeds' | 'epochs'>;

/** Forward and backward take 2 operations a weight and row each; scoring is one epoch more. */
export function trainingOperations(weights: number, rows: number, { seeds, epochs }: Training): number {
  return rows * weights * 4 * (epochs + 1) * seeds;
}

/** Of the probes of every layer alone and of all layers up to it: layer l serves its own and every one from l on. */
export function layerProbeOperations(load: Workload): number {
  const { layers, hidden, outputs, rows } = load;
  return trainingOperations(hidden * outputs * (layers + 1) * (layers + 4) * 0.5, rows.analysed, load);
}

/** Of one pass of every seed's oracle over all rows. */
export function oracleOperations({ layers, hidden, outputs, rows, seeds }: Workload): number {
  return 2 * rows.analysed * (layers + 1) * hidden * outputs * seeds;
}
