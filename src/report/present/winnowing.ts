/**
 * The winnowing as it is played: one map in which each neuron stands where it ends, layer after layer from the embeddings
 * on getting its fate; those of the layers above are still to be chosen from.
 */
import type { NeuronsChart } from '../chart.ts';
import { fates } from '../neurons/fates.ts';

const open = fates.indexOf('open');

/**
 * @param chart of what became of every neuron (`fateChart`), the end of the play.
 * @param layers that are through, from 0 to all.
 */
export function winnowedTo(chart: NeuronsChart, layers: number): NeuronsChart {
  const { shape, categories, categoryOf, notes } = chart;
  const width = layers * shape.hidden;
  const total = shape.layers * shape.hidden;
  const codes = Uint8Array.from({ length: total }, (_, neuron) => (neuron < width ? categoryOf[neuron] : open));
  // The same entries at every step, so that the map stays where it is.
  const found = new Set([open, ...Array.from({ length: total }, (_, neuron) => categoryOf[neuron])]);
  return {
    ...chart,
    categoryOf: codes,
    listed: categories.flatMap((_, category) => (found.has(category) ? [category] : [])),
    ...(notes && { notes: notes.map((note, layer) => (layer < layers ? note : '')) }),
  };
}
