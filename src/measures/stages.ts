/** How measures are computed, a line each, in the order in which they run after the core stage that they follow. */
import { ablationStage } from './ablation/stage.ts';
import { ckaStage } from './cka/stage.ts';
import type { FieldName } from './fields.ts';
import { geometryStage } from './geometry/stage.ts';
import { mcnemarStage } from './mcnemar/stage.ts';
import { neuronRowsStage } from './neuron-rows/stage.ts';
import { predictionsStage } from './predictions/stage.ts';
import { procrustesStage } from './procrustes/stage.ts';
import { selectivityStage } from './selectivity/stage.ts';
import type { MeasureStage } from './stage.ts';
import { topWordsStage } from './top-words/stage.ts';

export const measureStages: { readonly [K in FieldName]: MeasureStage<K> } = {
  predictions: predictionsStage,
  cka: ckaStage,
  geometry: geometryStage,
  topWords: topWordsStage,
  neuronRows: neuronRowsStage,
  selectivity: selectivityStage,
  ablation: ablationStage,
  mcnemar: mcnemarStage,
  procrustes: procrustesStage,
};

export const measureNames = Object.keys(measureStages) as FieldName[];

export type AnyMeasureStage = (typeof measureStages)[FieldName];
