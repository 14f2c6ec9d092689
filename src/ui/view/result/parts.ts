/** The parts of a result that are loaded on demand. */
import { LatePart } from '../../state/part.svelte.ts';

export const savePage = new LatePart(() => import('../save/SavePage.svelte'));
export const publishSite = new LatePart(() => import('../save/PublishSite.svelte'));
export const neuronCard = new LatePart(() => import('./NeuronCard.svelte'));
export const compareSection = new LatePart(() => import('./CompareSection.svelte'));
export const addResults = new LatePart(() => import('./AddResults.svelte'));
