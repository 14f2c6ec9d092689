/** CKA between every two layers, biased and debiased: [layers, layers], null where a layer is constant. */
import * as v from 'valibot';
import { measureField, pairsSchema, squareGap } from '../field.ts';

export const ckaField = measureField(
  v.object({ biased: pairsSchema, debiased: pairsSchema }),
  ({ biased, debiased }, shape) => squareGap(biased, 'cka.biased', shape) ?? squareGap(debiased, 'cka.debiased', shape),
);
