/** Which words drive the neurons that lead the orderings of a run; for labelled words only. */
import { neuronStatistics } from '../../probe/statistics.ts';
import { plainCost } from '../../run/stage.ts';
import type { MeasureStage } from '../stage.ts';
import { topWords } from './top-words.ts';

/** Neurons of each answer's ordering whose words are looked up, and of all answers together. */
const leaders = { each: 100, all: 300 };

export const topWordsStage: MeasureStage<'topWords'> = {
  name: 'top-words',
  title: 'Look up the words of the leading neurons',
  unit: 'words',
  share: 0.5,
  after: 'selection',
  applies: ({ words }) => words,
  // Two sums a word and neuron, in plain JavaScript.
  operations: ({ rows }) => ({ products: rows.train * leaders.all * 4 * plainCost }),
  async compute(_, { parts: { train, vocabulary }, layers, selected }, control) {
    const leading = new Set(selected.flatMap(({ entry }) => entry.ordering.slice(0, leaders.each)));
    const statistics = layers.standard ?? (await neuronStatistics(train.activations, { signal: control.signal }));
    return topWords(train, vocabulary ?? [], [...leading].slice(0, leaders.all), statistics, control);
  },
};
