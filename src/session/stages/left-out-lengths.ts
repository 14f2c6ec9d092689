/** How many layers are left out at once, and what that costs; of models whose graph Winnow writes. */
import { trainingWork } from '../../probe/operations.ts';
import type { Work, Workload } from '../../run/stage.ts';
import type { Inputs } from '../inputs/inputs.ts';

/** At most `most` lengths, evenly from one layer to half of them. */
export function leftOutLengths(layers: number, most: number): number[] {
  const longest = Math.floor(layers / 2);
  const count = Math.min(most, longest);
  const step = count > 1 ? (longest - 1) / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) => Math.round(1 + index * step));
}

/** Why a model cannot be run without layers, and what could be done; null where it can. */
export function notShortened({ vectors, modelFacts }: Pick<Inputs, 'vectors' | 'modelFacts'>): string | null {
  const why = 'The model was not run without layers:';
  if (vectors.from === 'files') return `${why} there are activations in place of a model.`;
  if (vectors.model.kind === 'export') {
    return `${why} its graph is an ONNX export, which is only ever cut. Drop its weights (safetensors) for that.`;
  }
  return modelFacts.layers < 2 ? `${why} it has fewer than two.` : null;
}

/**
 * Without the best block of each length and, where the vectors after the last layer are normalised, without as many at the
 * top; elsewhere these are vectors that there are.
 * @param operations of the whole encoder on all rows.
 */
export function leaveOutWork(
  lengths: readonly number[],
  { layers, lastLayer, hidden }: Inputs['modelFacts'],
  operations: number,
  load: Pick<Workload, 'outputs' | 'rows' | 'seeds' | 'epochs' | 'passes' | 'batchSize'>,
): Work {
  const times = lastLayer === 'normalised' ? 2 : 1;
  const { training = 0, batches = 0 } = trainingWork(hidden, hidden * load.outputs, load);
  const models = times * lengths.length;
  const kept = lengths.reduce((sum, length) => sum + (layers - length) / layers, 0);
  return {
    encoding: times * kept * operations,
    openings: models,
    training: models * training,
    batches: models * batches,
  };
}
