/**
 * The head of a smaller model: the probe that the run keeps of an answer, or one that is trained anew on the data with the
 * run's own options; of its seeds the one whose dev score is the median (protocols.md §12).
 */
import { WinnowError } from '../../base/errors.ts';
import { keptProbe } from '../../probe/kept-probe.ts';
import { neuronStatistics } from '../../probe/statistics.ts';
import { subsetProbes } from '../../probe/subset-probes.ts';
import type { SelectionOptions } from '../../redundancy/selection.ts';
import type { ChosenSet } from '../../reduced/choice.ts';
import type { LinearHead } from '../../reduced/head.ts';
import { claimOf, keptHead } from '../../reduced/kept-head.ts';
import type { ReducedClaim } from '../../reduced/record.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { AnalysisInputs } from '../inputs/inputs.ts';
import { checkFiles, checkRows } from '../inputs/original.ts';
import type { Context } from './context.ts';
import { placeFacts } from './device.ts';
import { prepare } from './prepare.ts';
import { retrain } from './stage-table.ts';

export interface ClaimedHead {
  head: LinearHead;
  claim: ReducedClaim;
}

/** Of the run. @throws WinnowError `bad-file` for a damaged probe. */
export function headOfRun(
  { neurons, name }: ChosenSet,
  probe: NonNullable<ChosenSet['probe']>,
  run: RunFile,
): ClaimedHead {
  return { head: keptHead(neurons, probe, outputsOf(run)), claim: claimOf(run, name, probe, null) };
}

/** Refuses a choice whose probe is nowhere. */
export function needData({ name }: ChosenSet): WinnowError {
  const why =
    name === null
      ? 'The run holds no probe on neurons of your own choice'
      : `The run does not hold the probe of answer ${name} (an earlier Winnow made it, or the probes took too much room)`;
  const message = `${why}, and there are no data to train it on.`;
  return new WinnowError(
    'missing-file',
    message,
    'Give the data of the run as well: the probe is then trained on them.',
  );
}

/** @throws WinnowError `bad-data` for other data than the run's and where no chosen neuron varies; as the stages. */
export async function trainedHead(
  { neurons, name }: ChosenSet,
  run: RunFile,
  inputs: AnalysisInputs,
  context: Context,
): Promise<ClaimedHead> {
  checkFiles(inputs, run);
  const { parts, options: usual } = await prepare(inputs, inputs.plan, context);
  checkRows(parts, run);
  const options = trainedAsIn(run, usual);
  const { stages, devices } = context;
  return stages.run(retrain, { rows: parts.train.activations.rows }, async (progress) => {
    const standard = options.protocol === 'refined' ? await neuronStatistics(parts.train.activations) : null;
    const varying = standard ? neurons.filter((neuron) => !standard.constant[neuron]) : neurons;
    if (varying.length === 0) {
      const message = 'The chosen neurons have one value in every train row, so they tell no rows apart.';
      throw new WinnowError('bad-data', message, 'Choose other layers or neurons.');
    }
    const subset = { neurons: varying, standard };
    const [{ weights, scores }] = await devices.compute((device) =>
      subsetProbes(device, parts, subset, [varying.length], options, { progress }),
    );
    const probe = keptProbe({ neurons: varying, weights, scores }, standard, varying, options);
    const head = keptHead(varying, probe, outputsOf(run));
    return { head, claim: claimOf(run, name, probe, placeFacts(devices.report)) };
  });
}

/** Also where an earlier Winnow trained otherwise by default. */
function trainedAsIn({ options }: RunFile, usual: SelectionOptions): SelectionOptions {
  const { seeds, epochs, batchSize, learningRate, lambda1, lambda2 } = options;
  return { ...usual, seeds, epochs, patience: options.patience, batchSize, learningRate, lambda1, lambda2 };
}

function outputsOf({ data }: RunFile): number {
  return data.labels.length || 1;
}
