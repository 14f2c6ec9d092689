/** All targets, in the order in which they are told. */
import type { FuzzTarget } from '../target.ts';
import { activationTargets } from './activations.ts';
import { configTargets } from './configs.ts';
import { dataTargets } from './data.ts';
import { dropTargets } from './drops.ts';
import { resultTargets } from './results.ts';
import { tokenizerTargets } from './tokenizers.ts';
import { weightTargets } from './weights.ts';

export const fuzzTargets: readonly FuzzTarget[] = [
  ...weightTargets,
  ...tokenizerTargets,
  ...configTargets,
  ...resultTargets,
  ...activationTargets,
  ...dataTargets,
  ...dropTargets,
];
