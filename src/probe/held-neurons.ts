/** Some neurons of all parts, read once into memory where several epochs or trainings read them again and again. */
import type { Activations } from '../activations/matrix.ts';
import { holdNeurons } from '../activations/select.ts';
import { WinnowError } from '../base/errors.ts';
import { bySplit, type Split } from '../data/scores.ts';
import type { ProbeParts } from './parts.ts';
import { selectStatistics, type NeuronStatistics } from './statistics.ts';

export interface Subset {
  /** Columns of the activations. */
  neurons: Int32Array;
  /** Of all columns; null: values as they are. */
  standard: NeuronStatistics | null;
}

/** Neurons and the parts whose columns they are. */
export interface SubsetSource {
  parts: ProbeParts;
  subset: Subset;
}

/** More is not held: beside it there is the store of activations, and a copy for probes that train on when others have ended. */
const heldBytes = 2 ** 28;

/** How many neurons fit into so many bytes. */
export function neuronsThatFit({ train, dev, test }: ProbeParts, bytes: number): number {
  const rows = train.activations.rows + dev.activations.rows + test.activations.rows;
  return Math.floor(bytes / (Float32Array.BYTES_PER_ELEMENT * rows));
}

/**
 * The neurons of every part in this order, `noNeuron` a column of zeros; null where that is too much to hold, or the browser
 * has no room.
 * @throws DOMException AbortError.
 */
export async function heldNeurons(
  parts: ProbeParts,
  neurons: Int32Array,
  signal: AbortSignal | undefined,
): Promise<Record<Split, Activations> | null> {
  if (neurons.length > neuronsThatFit(parts, heldBytes)) return null;
  const hold = (split: Split): Promise<Activations> => holdNeurons(parts[split].activations, neurons, { signal });
  try {
    return { train: await hold('train'), dev: await hold('dev'), test: await hold('test') };
  } catch (error) {
    if (!(error instanceof WinnowError) || error.code !== 'out-of-memory') throw error;
    return null;
  }
}

/**
 * The neurons as the columns of parts of their own, in their order; where they cannot be held, as they are.
 * @throws DOMException AbortError.
 */
export async function heldSource(
  parts: ProbeParts,
  subset: Subset,
  signal: AbortSignal | undefined,
): Promise<SubsetSource> {
  const { neurons, standard } = subset;
  const held = await heldNeurons(parts, neurons, signal);
  if (held === null) return { parts, subset };
  return {
    parts: bySplit((split) => ({ activations: held[split], labels: parts[split].labels })),
    subset: { neurons: Int32Array.from(neurons.keys()), standard: standard && selectStatistics(standard, neurons) },
  };
}
