/** The parts of a result that are loaded on demand. */
import { LatePart } from '../../state/part.svelte.ts';

export const neuronCard = new LatePart(() => import('./NeuronCard.svelte'));
