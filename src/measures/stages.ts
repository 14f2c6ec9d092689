/** How measures are computed, a line each, in the order in which they run after the core stage that they follow. */
import { ablation } from './ablation/stage.ts';
import { cka } from './cka/stage.ts';
import type { FieldName } from './fields.ts';
import { mcnemar } from './mcnemar/stage.ts';
import { selectivity } from './selectivity/stage.ts';
import type { MeasureStage } from './stage.ts';
import { topWords } from './top-words/stage.ts';

export const measureStages: { readonly [K in FieldName]: MeasureStage<K> } = {
  cka,
  topWords,
  selectivity,
  ablation,
  mcnemar,
};

export type AnyMeasureStage = (typeof measureStages)[FieldName];
