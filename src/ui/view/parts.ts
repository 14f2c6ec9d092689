/** The parts of the page that are loaded on demand: whole screens, and what no screen needs at first. */
import { Part } from '../state/part.svelte.ts';

export const setUpScreen = new Part(() => import('./set-up/SetUp.svelte'));
export const runScreen = new Part(() => import('./run/Run.svelte'));
export const resultScreen = new Part(() => import('./result/Result.svelte'));
export const demoNeurons = new Part(() => import('./start/DemoNeurons.svelte'));
export const demoLayers = new Part(() => import('./start/DemoLayers.svelte'));
export const help = new Part(() => import('./page/Help.svelte'));
