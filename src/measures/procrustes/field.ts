/** Orthogonal Procrustes similarity between every two layers: [layers, layers], null where a layer is constant. */
import * as v from 'valibot';
import { measureField, pairsSchema, squareGap } from '../field.ts';

export const procrustesField = measureField(v.optional(pairsSchema), (value, shape) =>
  squareGap(value, 'procrustes', shape),
);
