/** How measures are computed, a line each, in the order in which they run after the core stage that they follow. */
import { ablationStage } from './ablation/stage.ts';
import { ckaStage } from './cka/stage.ts';
import type { FieldName } from './fields.ts';
import { codeLengthStage } from './code-length/stage.ts';
import { geometryStage } from './geometry/stage.ts';
import { intrinsicDimensionStage } from './intrinsic-dimension/stage.ts';
import { mcnemarStage } from './mcnemar/stage.ts';
import { mutualNeighboursStage } from './mutual-neighbours/stage.ts';
import { neuronRowsStage } from './neuron-rows/stage.ts';
import { predictionsStage } from './predictions/stage.ts';
import { probelessStage } from './probeless/stage.ts';
import { procrustesStage } from './procrustes/stage.ts';
import { selectivityStage } from './selectivity/stage.ts';
import type { MeasureStage } from './stage.ts';
import { topWordsStage } from './top-words/stage.ts';
import { usableInformationStage } from './usable-information/stage.ts';

/** Without the layers' own models, which need the encoder: session/stages/leave-out.ts. */
export type MeasureName = Exclude<FieldName, 'shortened'>;

export const measureStages: { readonly [K in MeasureName]: MeasureStage<K> } = {
  predictions: predictionsStage,
  usableInformation: usableInformationStage,
  cka: ckaStage,
  geometry: geometryStage,
  mutualNeighbours: mutualNeighboursStage,
  intrinsicDimension: intrinsicDimensionStage,
  topWords: topWordsStage,
  neuronRows: neuronRowsStage,
  selectivity: selectivityStage,
  codeLength: codeLengthStage,
  ablation: ablationStage,
  probeless: probelessStage,
  mcnemar: mcnemarStage,
  procrustes: procrustesStage,
};

export const measureNames = Object.keys(measureStages) as MeasureName[];

export type AnyMeasureStage = (typeof measureStages)[MeasureName];
