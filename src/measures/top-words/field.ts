/** For neurons that lead an ordering: the words whose vectors move them most, by mean |z| over the word's train rows. */
import * as v from 'valibot';
import { measureField } from '../field.ts';

const schema = v.array(
  v.object({
    /** Layer × hidden + index. */
    neuron: v.number(),
    words: v.array(
      v.object({
        word: v.string(),
        /** Train rows of the word. */
        count: v.number(),
        /** Mean of the standardised activation. */
        mean: v.number(),
        /** Mean of its size. */
        strength: v.number(),
      }),
    ),
  }),
);

export type TopWords = v.InferOutput<typeof schema>;

export const topWordsField = measureField(v.optional(schema), (words, { layers, hidden }) => {
  const neurons = layers * hidden;
  const beyond = words.find(({ neuron }) => neuron >= neurons);
  return beyond ? `at topWords, neuron ${beyond.neuron} is named, but there are ${neurons}` : null;
});
