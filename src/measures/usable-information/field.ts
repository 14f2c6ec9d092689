/** What probes tell of the labels beyond their shares (protocols.md §10), in bits a row, and the rows that they miss most. */
import * as v from 'valibot';
import { count } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const number = v.nullable(v.number());
/** Null where no row counts. */
const overSeeds = { mean: number, deviation: number, seeds: v.array(number) };

const schema = v.object({
  /** No probe has seen its rows. */
  split: v.literal('test'),
  /** Rows that count: those with a label that the train part has. */
  rows: count,
  /** The most that there can be: mean over the rows of −log2 of the label's share. */
  most: number,
  oracle: v.object(overSeeds),
  layers: v.array(v.object({ layer: count, ...overSeeds })),
  /** By what the oracle tells of their label, mean over seeds, the least first. */
  hardest: v.array(
    v.object({
      /** Place in the part, from 0. */
      row: count,
      /** Class number. */
      label: count,
      bits: v.number(),
    }),
  ),
});

export type UsableInformation = v.InferOutput<typeof schema>;

export const usableInformationField = measureField(v.optional(schema), ({ layers: found }, { layers }) =>
  found.length === layers ? null : `at usableInformation.layers, ${layers} layers are expected`,
);
