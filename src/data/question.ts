/** A question about neurons: which losses are allowed, in per cent, and from which cluster threshold neurons are chosen. */
import * as v from 'valibot';

/** Threshold that means no clustering, as in the published scripts. */
export const noClustering = -1;

/** A cophenetic distance, or −1. */
export const thresholdSchema = v.pipe(
  v.number(),
  v.check((c) => c === noClustering || (c > 0 && c < 1), 'a threshold lies between 0 and 1 or is −1'),
);

const delta = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

/** How much may be lost, in per cent of the score. */
export const deltasSchema = v.object({
  /** Of the oracle's score, by leaving upper layers out. */
  layers: delta,
  /** Of what is left then, by leaving neurons out. */
  neurons: delta,
});

export type Deltas = v.InferOutput<typeof deltasSchema>;

export interface Question {
  deltas: Deltas;
  threshold: number;
}
