/** The stage `selection`: which neurons are enough, for every pair of deltas and every threshold; answers come one by one. */
import { neuronStatistics } from '../../probe/statistics.ts';
import { selectFromAll, selectNeuronSets, type Selected } from '../../redundancy/selection.ts';
import { topWords } from '../../redundancy/top-words.ts';
import type { SelectionEntry, TopWords } from '../../run/run-file.ts';
import type { NeuronQuestion } from '../contract.ts';
import { freshDraws } from './clusters.ts';
import type { Analysed, Context } from './context.ts';

export interface Selections {
  /** By pair of deltas, then threshold. */
  selected: Selected[];
  /** null where it was not asked for. */
  maxFeatures: Selected | null;
  /** What drives the neurons that lead; null where rows are sentences. */
  topWords: TopWords | null;
}

/** Neurons of each answer's ordering whose words are looked up, and of all answers together. */
const leaders = { each: 100, all: 300 };

const nothingNeeded =
  'For some of the losses that were allowed, layers in which no neuron varies are enough: to give the same answer to every row scores nearly as well as the whole model.';

/** Progress counts answers. */
export async function selectNeurons(context: Context, analysed: Analysed): Promise<Selections> {
  const { stages, devices, asked } = context;
  const { deltas, thresholds } = asked;
  const answers = deltas.length * thresholds.length + (asked.maxFeatures ? 1 : 0);
  const selections = await stages.run('selection', 'answers', analysed.parts.train.activations.rows, (progress) =>
    devices.compute(async (device) => {
      const input = { ...analysed, clusterer: freshDraws(analysed) };
      const entries: SelectionEntry[] = [];
      const selected = await selectNeuronSets(device, input, { deltas, thresholds }, analysed.options, {
        progress: (done, total) => progress((done / total) * deltas.length * thresholds.length, answers),
        selected: (entry) => {
          entries.push(entry);
          stages.report({ kind: 'selection', entries: [...entries] });
        },
      });
      const words = await wordsOfLeaders(analysed, entries);
      if (!asked.maxFeatures) return { selected, maxFeatures: null, topWords: words };
      const maxFeatures = await selectFromAll(device, input, analysed.options, {
        progress: (done, total) => progress(answers - 1 + done / total, answers),
      });
      return { selected, maxFeatures, topWords: words };
    }),
  );
  if (selections.selected.some(({ entry }) => entry.minimalSet.size === 0)) stages.warn(nothingNeeded);
  return selections;
}

async function wordsOfLeaders(
  { parts: { train, vocabulary }, layers }: Analysed,
  entries: readonly SelectionEntry[],
): Promise<TopWords | null> {
  if (!vocabulary) return null;
  const leading = new Set(entries.flatMap(({ ordering }) => ordering.slice(0, leaders.each)));
  const statistics = layers.standard ?? (await neuronStatistics(train.activations));
  return topWords(train, vocabulary, [...leading].slice(0, leaders.all), statistics);
}

/** One more answer, for a run that is done. */
export function answerQuestion(
  { stages, devices }: Pick<Context, 'stages' | 'devices'>,
  analysed: Analysed,
  { deltas, threshold }: NeuronQuestion,
): Promise<SelectionEntry> {
  return stages.run('selection', 'answers', analysed.parts.train.activations.rows, (progress) =>
    devices.compute(async (device) => {
      const input = { ...analysed, clusterer: freshDraws(analysed) };
      const question = { deltas: [deltas], thresholds: [threshold] };
      const [{ entry }] = await selectNeuronSets(device, input, question, analysed.options, {
        progress: (done, total) => progress(done / total, 1),
      });
      return entry;
    }),
  );
}
