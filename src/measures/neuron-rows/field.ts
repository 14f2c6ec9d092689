/**
 * For neurons that lead an answer: the rows of one part with their highest and lowest values, with texts. Texts are the
 * user's: a run file holds this field only where the option `texts` was chosen.
 */
import * as v from 'valibot';
import { count, splits } from '../../data/scores.ts';
import { measureField } from '../field.ts';

const rowSchema = v.object({
  /** Place in the part, from 0: of the sentence, or of the word among all words. */
  row: count,
  /** The neuron's value, as extracted. */
  value: v.number(),
  /** Class number, −1 for one that train lacks; a score in regression. */
  label: v.number(),
  /** A sentence, or the first of a pair; cut where it is long. Empty for a word. */
  text: v.string(),
  pair: v.nullable(v.string()),
  /** Where rows are words: the words around this one with their values, and its place among them. */
  words: v.optional(v.object({ at: count, list: v.array(v.object({ word: v.string(), value: v.number() })) })),
});

const neuronSchema = v.object({
  /** Layer × hidden + index. */
  neuron: count,
  /** Over all rows of the part; the deviation is that of the population. */
  mean: v.number(),
  deviation: v.number(),
  /** From the highest down and from the lowest up, equal ones in order of rows; empty where all rows have one value. */
  highest: v.array(rowSchema),
  lowest: v.array(rowSchema),
});

const schema = v.object({ split: v.picklist(splits), neurons: v.array(neuronSchema) });

export type NeuronRow = v.InferOutput<typeof rowSchema>;
export type NeuronRows = v.InferOutput<typeof neuronSchema>;
export type LeadingRows = v.InferOutput<typeof schema>;

export const neuronRowsField = measureField(v.optional(schema), ({ neurons }, { layers, hidden }) => {
  const all = layers * hidden;
  const beyond = neurons.find(({ neuron }) => neuron >= all);
  if (beyond) return `at neuronRows, neuron ${beyond.neuron} is named, but there are ${all}`;
  const rows = neurons.flatMap(({ highest, lowest }) => [...highest, ...lowest]);
  const lost = rows.find(({ words }) => words && words.at >= words.list.length)?.words;
  return lost ? `at neuronRows, word ${lost.at} is named of ${lost.list.length}` : null;
});
