/**
 * What an answer saves, in sentences that the measured times stand behind: something is faster only where the quartiles of
 * both times lie apart.
 */
import type { Timing } from '../../run/run-file.ts';
import { neuronsOfAnswer, type Factor } from '../../timing/costs.ts';
import { neuronCount, type Analysis } from '../analysis.ts';
import { counted, decimal, duration, integer, milliseconds } from '../format.ts';
import { headlineOf } from '../verdict/headline.ts';
import { placeText } from '../../run/place.ts';
import { costsOf } from './parts.ts';

/** Of the answer that the result stands for; '' without times or without an answer that keeps neurons. */
export function timingFinding(analysis: Analysis): string {
  const { timing, shape } = analysis;
  const answer = headlineOf(analysis)?.answer;
  const part = answer ? neuronsOfAnswer(answer.entry) : null;
  const costs = part && costsOf(analysis, part);
  if (!timing || !shape || !part || !costs) return '';
  const all = shape.layers - 1;
  const sentences = [
    encoderSentence(costs.prediction, { layers: part.layers, all }),
    trainingSentence(costs.training, { features: part.features, all: neuronCount(shape) }),
  ];
  return [...sentences, measuredWhere(timing)].filter((text) => text !== '').join(' ');
}

/** What the answer to one text takes in the encoder that is cut, beside the whole one. */
export function encoderSentence(factor: Factor | null, { layers, all }: { layers: number; all: number }): string {
  if (factor === null) return '';
  const { own, full } = factor;
  const times = `${milliseconds(own.median)} instead of ${milliseconds(full.median)}`;
  if (layers === all) {
    return `A kept neuron lies in layer ${layers}, the last: the whole encoder runs, and no answer comes sooner.`;
  }
  const cut = layers === 0 ? 'With the embeddings alone' : `Cut after layer ${layers} of ${all}`;
  if (factor.faster) return `${cut}, an answer takes ${shareOf(factor)} of the full model's time: ${times}.`;
  if (own.lower > full.upper) return `${cut}, an answer takes longer than in the full model: ${times}.`;
  return `${cut}, an answer takes ${times}, and the quartiles of both overlap: nothing is shown to be saved.`;
}

/** What the classifier's training takes beside that on all neurons. */
export function trainingSentence(factor: Factor | null, { features, all }: { features: number; all: number }): string {
  if (factor === null || features === all) return '';
  const { own, full } = factor;
  const times = `${duration(own.median)} instead of ${duration(full.median)}`;
  const classifier = `A classifier of ${counted(features, 'neuron')}`;
  if (factor.faster)
    return `${classifier} trains in ${shareOf(factor)} of the time that all ${integer(all)} take: ${times}.`;
  if (own.lower > full.upper) return `${classifier} trains longer than one of all ${integer(all)}: ${times}.`;
  return `${classifier} trains in ${times}, and the quartiles of both overlap: nothing is shown to be saved.`;
}

/** "0.54 (quartiles 0.52–0.57)". */
function shareOf({ ratio: { median, lower, upper } }: Factor): string {
  return `${decimal(median, 2)} (quartiles ${decimal(lower, 2)}–${decimal(upper, 2)})`;
}

function measuredWhere({ device, encoder }: Timing): string {
  const rows = encoder ? ` on ${counted(encoder.rows, 'row')} of the test part` : '';
  return `Measured${rows} with ${placeText(device)}.`;
}
