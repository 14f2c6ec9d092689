/** The neuron of an address: in which of the results on screen, in which layer, which of it. */
import { neuronCount } from '../../report/analysis.ts';
import type { ResultView } from './address.ts';
import type { OpenResult } from './open-results.svelte.ts';

type Shaped = Pick<OpenResult, 'id' | 'analysis'>;

/** Of a result: layer × hidden + index. */
interface NeuronOfResult {
  id: string;
  neuron: number;
}

/** As the address says it; null where its result is not on screen. */
export function linkOfNeuron(shown: NeuronOfResult | null, runs: readonly Shaped[]): ResultView['neuron'] {
  const place = runs.findIndex(({ id }) => id === shown?.id);
  const hidden = runs[place]?.analysis.shape?.hidden;
  if (shown === null || hidden === undefined) return null;
  return { layer: Math.floor(shown.neuron / hidden), index: shown.neuron % hidden, place: place + 1 };
}

/** Null where the results on screen have no such neuron. */
export function neuronOfLink(link: ResultView['neuron'], runs: readonly Shaped[]): NeuronOfResult | null {
  const result = link && runs[link.place - 1];
  const shape = result?.analysis.shape;
  if (!link || !shape || link.index >= shape.hidden) return null;
  const neuron = link.layer * shape.hidden + link.index;
  return neuron < neuronCount(shape) ? { id: result.id, neuron } : null;
}
