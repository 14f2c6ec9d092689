/** Which rows move the neurons that lead the answers of a run, with their texts; only where these were asked for. */
import type { AfterSelection, MeasureStage } from '../stage.ts';
import { neuronRows } from './neuron-rows.ts';

/** Reading and comparing a value takes as long as so many operations of a product: 50 ns, measured. */
const readCost = 1600;

/** Neurons in all, and how many a class's leaders and the kept ones of an answer may be; rows at either end. */
const [allNeurons, leadersEach, keptEach, ends] = [100, 10, 50, 5];

export const neuronRowsStage: MeasureStage<'neuronRows'> = {
  name: 'neuron-rows',
  title: 'Look up the rows of the leading neurons',
  unit: 'rows',
  share: 0.5,
  after: 'selection',
  applies: ({ texts }) => texts,
  operations: ({ rows }) => ({ products: (rows.analysed - rows.train) * allNeurons * readCost }),
  async compute(_, { parts, selected }, control) {
    // No probe has seen these rows.
    const split = 'test';
    return { split, neurons: await neuronRows(parts[split], leading(selected), ends, control) };
  },
};

/** The kept neurons of the smallest answers first, then those that each class leans on. */
function leading(selected: AfterSelection['selected']): number[] {
  const entries = selected.map(({ entry }) => entry).toSorted((a, b) => a.minimalSet.size - b.minimalSet.size);
  const kept = entries.flatMap(({ ordering, minimalSet }) => ordering.slice(0, Math.min(keptEach, minimalSet.size)));
  const leaders = entries.flatMap((entry) =>
    (entry.leaders ?? []).flatMap(({ neurons }) => neurons.slice(0, leadersEach)),
  );
  return [...new Set([...kept, ...leaders])].slice(0, allNeurons);
}
