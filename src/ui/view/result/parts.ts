/** The parts of a result that are loaded on demand. */
import { Part } from '../../state/part.svelte.ts';

export const neuronCard = new Part(() => import('./NeuronCard.svelte'));
