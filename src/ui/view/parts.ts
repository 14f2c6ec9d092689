/** The parts of the page that are loaded on demand: whole screens, and what no screen needs at first. */
import { LatePart } from '../state/part.svelte.ts';

export const setUpScreen = new LatePart(() => import('./set-up/SetUp.svelte'));
export const runScreen = new LatePart(() => import('./run/Run.svelte'));
export const resultScreen = new LatePart(() => import('./result/Result.svelte'));
export const hostedStart = new LatePart(() => import('./start/HostedList.svelte'));
export const presentScreen = new LatePart(() => import('./present/Present.svelte'));
export const demoChoice = new LatePart(() => import('./start/DemoChoice.svelte'));
export const demoNeurons = new LatePart(() => import('./start/DemoNeurons.svelte'));
export const demoLayers = new LatePart(() => import('./start/DemoLayers.svelte'));
export const demoTry = new LatePart(() => import('./start/DemoTry.svelte'));
export const help = new LatePart(() => import('./page/Help.svelte'));
