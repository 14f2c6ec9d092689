/** The small print under a verdict: which question was asked, on how many rows, and how sure its test score is. */
import type { SplitScores } from '../../data/scores.ts';
import type { Analysis } from '../analysis.ts';
import { thresholdWords } from '../clusters/words.ts';
import { counted, integer, scoreTitles, scoreWithDeviation } from '../format.ts';
import type { VerdictSubject } from './claim.ts';
import { measuredScore, testInterval } from './intervals.ts';
import { intervalText, lossText } from './words.ts';

/** @param signalFound where there is none no answer counts, and the small print is about the full probe. */
export function basisText(analysis: Analysis, subject: VerdictSubject, signalFound: boolean): string {
  const { instances, unit, officialDev, devFromTrain, oracle } = analysis;
  const of = (split: 'dev' | 'test') =>
    instances ? counted(instances[split], `${split} ${unit}`) : `the ${split} part`;
  const official = officialDev ? ' (the official dev file)' : '';
  const isClaim = subject.kind !== 'open' && subject.kind !== 'nothing';
  const isTold = isClaim && signalFound;
  const parts = [
    isTold || subject.kind === 'open' ? questionText(subject) : '',
    `${isTold ? 'Chosen on' : 'Choices are made on'} ${of('dev')}${devFromTrain ? ' (held out of the train file)' : ''}, scored on ${of('test')}${official}: ${isTold ? subjectText(subject) : 'the full probe has '}${testText(analysis, isTold ? subject.scores : oracle)}.`,
    isTold ? costText(subject) : '',
    ...(unit === 'word' ? ['Words of one sentence are not independent, so the interval is rather too narrow.'] : []),
  ];
  return parts.filter((text) => text !== '').join(' ');
}

function subjectText(subject: VerdictSubject): string {
  if (subject.kind !== 'neurons') return '';
  return subject.size === 1 ? 'the kept neuron has ' : `the ${integer(subject.size)} kept neurons have `;
}

/** Neurons of high layers cost the layers below them, too. */
function costText(subject: VerdictSubject): string {
  if (subject.kind !== 'neurons' || (subject.layers[0] ?? 0) === 0) return '';
  return `To compute ${subject.size === 1 ? 'it' : 'them'} takes layers 0–${subject.layers[subject.layers.length - 1]}.`;
}

/** "accuracy 84.5 ± 0.1 % over 3 seeds, 95 % interval 81.9–86.9 %". */
function testText(analysis: Analysis, scores: SplitScores): string {
  const { metric, seeds } = analysis;
  const own = `${scoreTitles[metric]} ${scoreWithDeviation(scores.test[metric], metric)}`;
  const over = seeds > 1 ? ` over ${counted(seeds, 'seed')}` : ' from one seed';
  const score = measuredScore(analysis);
  const interval = testInterval(scores, analysis);
  if (interval === null) return own + over;
  const other = score === metric ? '' : `; ${scoreTitles[score]} ${scoreWithDeviation(scores.test[score], score)}`;
  return `${own}${over}${other}, 95\u202f% interval ${intervalText(interval, score)}`;
}

function questionText(subject: VerdictSubject): string {
  const { layers, neurons } = subject.deltas;
  if (subject.kind === 'nothing') return '';
  if (subject.kind === 'layers') return `The smallest stack of layers that loses less than ${lossText(layers)}.`;
  if (subject.kind === 'clusters') return 'Clusters alone, over all layers.';
  if (subject.kind === 'neurons' && subject.answer.maxFeatures)
    return `Asked for: a loss of less than ${lossText(neurons)}, from all layers without clustering, on the finer grid of sizes.`;
  const question = subject.kind === 'open' ? subject.question : subject.answer;
  return `Asked for: a loss of less than ${lossText(layers)} by layers and ${lossText(neurons)} by neurons, ${thresholdWords(question)}.`;
}
