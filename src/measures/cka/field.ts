/** CKA between every two layers, biased and debiased: [layers, layers], null where a layer is constant. */
import * as v from 'valibot';
import { measureField, squareGap } from '../field.ts';

const table = v.array(v.array(v.nullable(v.number())));

export const ckaField = measureField(
  v.object({ biased: table, debiased: table }),
  ({ biased, debiased }, shape) => squareGap(biased, 'cka.biased', shape) ?? squareGap(debiased, 'cka.debiased', shape),
);
