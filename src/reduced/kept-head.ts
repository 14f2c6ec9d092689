/** The probe that a run keeps as the head of a smaller model, and what is claimed of it. */
import { floatsFromBase64 } from '../base/base64.ts';
import { WinnowError } from '../base/errors.ts';
import { bySplit, type Scores } from '../data/scores.ts';
import { placeText, type PlaceFacts } from '../run/place.ts';
import type { ReducedScores } from '../run/reduced.ts';
import type { KeptProbe, RunFile } from '../run/run-file.ts';
import type { LinearHead } from './head.ts';
import type { ReducedClaim } from './record.ts';

/**
 * @param neurons in the order of the probe's columns
 * @param outputs labels, or 1 in regression
 * @throws WinnowError `bad-file` where numbers are missing or infinite.
 */
export function keptHead(neurons: Int32Array, { weight, bias }: KeptProbe, outputs: number): LinearHead {
  const [weights, biases] = [floatsFromBase64(weight), floatsFromBase64(bias)];
  const fits = weights?.length === outputs * neurons.length && biases?.length === outputs;
  const isFinite = fits && [...weights, ...biases].every((value) => Number.isFinite(value));
  if (isFinite) return { neurons, weight: weights, bias: biases };
  const message = `The probe in the run does not give ${outputs} numbers from ${neurons.length} neurons.`;
  throw new WinnowError(
    'bad-file',
    message,
    'Run the analysis again, or add the data: the probe is then trained anew.',
  );
}

/**
 * @param name of the answer; null: a choice of the user's own
 * @param trainedOn where the probe was trained anew; null: it is the run's.
 */
export function claimOf(
  { created, protocol, oracle, device }: RunFile,
  name: string | null,
  { seed, train, dev, test }: KeptProbe,
  trainedOn: PlaceFacts | null,
): ReducedClaim {
  return {
    ...{ run: { created, protocol }, answer: name, ...(trainedOn && { anew: true }) },
    ...{ seed, scores: { train, dev, test } },
    oracle: bySplit((split) => scoreMeans(oracle[split])),
    device: placeText(trainedOn ?? device),
  };
}

/** Over the seeds. */
export function scoreMeans(scores: Scores): ReducedScores {
  return Object.fromEntries(Object.entries(scores).map(([name, { mean }]) => [name, mean]));
}
