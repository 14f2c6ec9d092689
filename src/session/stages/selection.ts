/** The stage `selection`: which neurons are enough, for every pair of deltas and every threshold; answers come one by one. */
import type { Question } from '../../data/question.ts';
import { selectFromAll, selectNeuronSets, type Selected } from '../../redundancy/selection.ts';
import type { SelectionEntry } from '../../run/run-file.ts';
import { compareAnswer } from '../../measures/mcnemar/mcnemar.ts';
import { foundEvent, type LaterAnswer } from '../contract.ts';
import { freshDraws } from './clusters.ts';
import type { TrainedRun, Context } from './context.ts';
import { withinRoom } from './probe-room.ts';
import { selection } from './stage-table.ts';
import { warnOfLimit } from './training-limit.ts';

export interface Selections {
  /** By pair of deltas, then threshold. */
  selected: Selected[];
  /** null where it was not asked for. */
  maxFeatures: Selected | null;
}

const nothingNeeded =
  'For some of the losses that were allowed, layers in which no neuron varies pass: to give the same answer to every row scores nearly as well as the whole model.';

/** Progress counts answers. */
export async function answerQuestions(context: Context, trained: TrainedRun): Promise<Selections> {
  const { stages, devices, runOptions } = context;
  const { deltas, thresholds } = runOptions;
  const answers = deltas.length * thresholds.length + (runOptions.maxFeatures ? 1 : 0);
  const selections = await stages.run(selection, { rows: trained.parts.train.activations.rows }, (progress) =>
    devices.compute(async (device) => {
      const input = { ...trained, clusterer: freshDraws(trained) };
      const entries: SelectionEntry[] = [];
      const selected = await selectNeuronSets(device, input, { deltas, thresholds }, trained.options, {
        progress: (done, total, share = done / total) => {
          const asked = deltas.length * thresholds.length;
          progress((done / total) * asked, answers, (share * asked) / answers);
        },
        selected: (entry) => {
          entries.push(entry);
          stages.report(foundEvent('selection', [...entries]));
        },
      });
      if (!runOptions.maxFeatures) return { selected, maxFeatures: null };
      const maxFeatures = await selectFromAll(device, input, trained.options, {
        progress: (done, total) => progress(answers - 1 + done / total, answers),
      });
      return { selected, maxFeatures };
    }),
  );
  if (selections.selected.some(({ entry }) => entry.minimalSet.size === 0)) stages.warn(nothingNeeded);
  return roomy(selections, stages);
}

function roomy({ selected, maxFeatures }: Selections, { warn }: Pick<Context['stages'], 'warn'>): Selections {
  const all = maxFeatures ? [...selected, maxFeatures] : selected;
  const entries = withinRoom(
    all.map(({ entry }) => entry),
    [],
    warn,
  );
  const kept = all.map((answer, place) => ({ ...answer, entry: entries[place] }));
  return { selected: kept.slice(0, selected.length), maxFeatures: kept.at(selected.length) ?? null };
}

/** One more answer, for a run that is done, and its test against the oracle. @param earlier those that the run has. */
export function answerQuestion(
  { stages, devices }: Pick<Context, 'stages' | 'devices'>,
  trained: TrainedRun,
  { deltas, threshold }: Question,
  earlier: readonly LaterAnswer[],
): Promise<LaterAnswer> {
  return stages.run(selection, { rows: trained.parts.train.activations.rows }, (progress) =>
    devices.compute(async (device) => {
      const input = { ...trained, clusterer: freshDraws(trained) };
      const question = { deltas: [deltas], thresholds: [threshold] };
      const before = trained.options.log?.limited;
      const [selected] = await selectNeuronSets(device, input, question, trained.options, {
        progress: (done, total) => progress(done / total, 1),
      });
      const { parts, layers, options } = trained;
      warnOfLimit(stages, options, before);
      const comparison =
        options.classes === null ? null : await compareAnswer(device, parts.test, layers, selected, options);
      const beside = earlier.map(({ entry }) => entry);
      const [entry] = withinRoom([selected.entry], beside, stages.warn);
      return { entry, comparison };
    }),
  );
}
