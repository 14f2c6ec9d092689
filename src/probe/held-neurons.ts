/** Some neurons of all parts, read once into memory where several trainings read them again and again. */
import { holdNeurons } from '../activations/select.ts';
import { WinnowError } from '../base/errors.ts';
import type { ProbePart, ProbeParts } from './parts.ts';
import { selectStatistics, type NeuronStatistics } from './statistics.ts';
import type { Subset } from './subset-probes.ts';

/** Neurons and the parts whose columns they are. */
export interface SubsetSource {
  parts: ProbeParts;
  subset: Subset;
}

/** How many neurons fit into so many bytes. */
export function neuronsThatFit({ train, dev, test }: ProbeParts, bytes: number): number {
  const rows = train.activations.rows + dev.activations.rows + test.activations.rows;
  return Math.floor(bytes / (Float32Array.BYTES_PER_ELEMENT * rows));
}

/**
 * The neurons as the columns of parts of their own, in their order; where the browser has no room, as they are.
 * @throws DOMException AbortError.
 */
export async function heldSource(
  { train, dev, test }: ProbeParts,
  { neurons, standard }: Subset,
  signal: AbortSignal | undefined,
): Promise<SubsetSource> {
  const hold = async ({ activations, labels }: ProbePart): Promise<ProbePart> => ({
    activations: await holdNeurons(activations, neurons, { signal }),
    labels,
  });
  try {
    const parts = { train: await hold(train), dev: await hold(dev), test: await hold(test) };
    return { parts, subset: { neurons: Int32Array.from(neurons.keys()), standard: standardOf(standard, neurons) } };
  } catch (error) {
    if (!(error instanceof WinnowError) || error.code !== 'out-of-memory') throw error;
    return { parts: { train, dev, test }, subset: { neurons, standard } };
  }
}

function standardOf(standard: NeuronStatistics | null, neurons: Int32Array): NeuronStatistics | null {
  return standard && selectStatistics(standard, neurons);
}
