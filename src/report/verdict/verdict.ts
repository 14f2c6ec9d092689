/**
 * What a result's numbers come to, in one sentence that a person may read alone, and in reasons below it (protocols.md
 * §13). The same for page, command line and run file. Nothing is measured here: a test that the file lacks is named.
 */
import type { Question } from '../../data/question.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { VerdictAnswer, VerdictKind, VerdictRecord } from '../../run/verdict.ts';
import { analysisOfRun, runSubject, type Analysis } from '../analysis.ts';
import { counted, differenceText, isShare, layerRange, listed, percent, scoreText, unspaced } from '../format.ts';
import type { NeuronAnswer } from '../neurons/question.ts';
import { plain, strong, type Phrase } from '../sentence.ts';
import { thresholdWords } from '../clusters/words.ts';
import { basisText } from './basis.ts';
import { bestSingleLayer, keepingOf } from './checks.ts';
import { askedSubject, ownSubject, type VerdictSubject } from './claim.ts';
import {
  devFinding,
  layerFinding,
  lossFinding,
  plainFinding,
  signalFinding,
  weakFinding,
  type Finding,
} from './findings.ts';
import { measuredScore } from './intervals.ts';
import { orderingByChance } from './ordering.ts';
import { signalOf, signalOfScores } from './signal.ts';
import { originText, scoresText, sizeText } from './words.ts';

export interface Verdict {
  kind: VerdictKind;
  phrases: Phrase[];
  /** What holds besides, a sentence each. */
  reasons: string[];
  /** Question, rows and interval, for the small print. */
  basis: string;
  /** The answer that the sentence is about; null where none can be relied on. */
  answer: VerdictAnswer | null;
}

/** A question that somebody chose, and what the result knows about it. */
export interface Asked {
  question: Question;
  answer: NeuronAnswer;
  /** Neurons that layers and clusters leave, where nothing was retrained yet. */
  left: number | null;
}

/**
 * @param of what the sentence is about: "SST-2 with minilm-sst2".
 * @param asked null: the verdict of the whole result, which is that of its headline's answer.
 */
export function verdictOf(analysis: Analysis, of: string, asked: Asked | null = null): Verdict {
  const subject = asked ? askedSubject(analysis, asked.question, asked.answer) : ownSubject(analysis);
  const missing = missingTests(analysis, subject);
  const [first, ...later] = findingsOf(analysis, subject, of, asked?.left ?? null, missing);
  const isSignal = first.kind !== 'no-signal';
  const about = isSignal && first.kind !== 'not-enough' && subject.kind === 'neurons' ? subject.answer : null;
  const reasons = [
    ...(isSignal ? signalReason(analysis) : []),
    ...(first.kind === 'one-layer-beats-all' || first.kind === 'too-little-evidence'
      ? answerReason(analysis, subject)
      : []),
    ...later.map(({ reason }) => reason),
    ...(isSignal && first.kind !== 'clear' ? layerReason(analysis) : []),
    ...(isSignal ? orderingReason(analysis) : singleReason(analysis)),
    ...(missing.length > 0 ? [`This file does not hold ${listed(missing)}.`] : []),
    ...(analysis.seeds > 1
      ? []
      : ['From one seed: training was not repeated, so how far chance moves these scores is not known.']),
  ];
  const { kind, phrases } = first;
  const basis = basisText(analysis, subject, isSignal);
  return { kind, phrases, reasons: reasons.filter((text) => text !== ''), basis, answer: about };
}

/** As the run file has it. */
export function verdictRecord(run: RunFile): VerdictRecord {
  const { kind, phrases, reasons, answer } = verdictOf(analysisOfRun(run), runSubject(run));
  return { kind, sentence: plainText(phrases), reasons: reasons.map(unspaced), answer };
}

/** As `unspaced` has it. */
export function plainText(phrases: readonly Phrase[]): string {
  return unspaced(phrases.map(({ text }) => text).join(''));
}

function findingsOf(
  analysis: Analysis,
  subject: VerdictSubject,
  of: string,
  left: number | null,
  missing: readonly string[],
): [Finding, ...Finding[]] {
  const signal = signalFinding(analysis, of);
  const general = [signal, devFinding(analysis, subject, of), layerFinding(analysis, of)];
  const held = general.filter((found) => found !== null);
  // Without a signal no answer says anything, and more dev rows would not mend that.
  if (signal !== null) return [signal, ...held.slice(1).filter(({ kind }) => kind !== 'too-little-evidence')];
  if (subject.kind === 'open') return [openFinding(analysis, subject, left), ...held];
  if (subject.kind === 'nothing') return [nothingFinding(of), ...held];
  const loss = lossFinding(analysis, subject, of);
  const own = loss ?? weakFinding(analysis, subject, of);
  const [first, ...rest] = own ? [...held, own] : held;
  return first ? [first, ...rest] : [plainFinding(analysis, subject, of, missing)];
}

function openFinding(
  { shape }: Analysis,
  { question, answer }: Extract<VerdictSubject, { kind: 'open' }>,
  left: number | null,
): Finding {
  // Fewer layers cluster a little differently by themselves than among all.
  const isExact = question.threshold < 0 || answer.topLayer === (shape?.layers ?? 0) - 1;
  const rest = left === null ? '' : `: ${isExact ? '' : 'about '}${sizeText(left, { shape })} are left to choose from`;
  const setting = `${thresholdWords(question)} with ${layerRange(answer.topLayer)}`;
  return { kind: 'untested', phrases: [strong('Not yet retrained'), plain(` ${setting}${rest}.`)], reason: '' };
}

function nothingFinding(of: string): Finding {
  return {
    kind: 'untested',
    phrases: [plain(`${of}: this file holds no scores by layer and no neurons.`)],
    reason: '',
  };
}

/** The tests that a verdict asks for and the file lacks; one that its scores settle is not lacking. */
function missingTests(analysis: Analysis, subject: VerdictSubject): string[] {
  const missing: string[] = [];
  if (analysis.instances === null) missing.push('the number of rows');
  else if (signalOf(analysis).kind === 'untested') missing.push('the share of the most frequent label');
  if (bestSingleLayer(analysis)?.standing.kind === 'untested') missing.push('the test of the best single layer');
  const isClaim = subject.kind !== 'open' && subject.kind !== 'nothing';
  if (isClaim && !isOracle(analysis, subject) && keepingOf(analysis, subject).kind === 'untested')
    missing.push('the test of this answer against the full probe');
  return missing;
}

function isOracle({ layers }: Analysis, subject: VerdictSubject): boolean {
  return subject.kind === 'layers' && subject.topLayer === (layers?.concatenated.length ?? 0) - 1;
}

function answerReason(analysis: Analysis, subject: VerdictSubject): string[] {
  if (subject.kind !== 'neurons' || keepingOf(analysis, subject).kind === 'worse') return [];
  const { size, layers, scores } = subject;
  const what = `${sizeText(size, analysis)}${originText(size, layers, analysis)}`;
  return [
    `Of the computed answers the smallest that is not worse than the full probe: ${what} (${scoresText(scores, analysis)}).`,
  ];
}

/** That the task is there at all, where that was tested. */
function signalReason(analysis: Analysis): string[] {
  const { instances, unit, majority, classes, oracle } = analysis;
  if (instances === null || signalOf(analysis).kind !== 'present') return [];
  const score = measuredScore(analysis);
  const own = scoreText(oracle.test[score]?.mean, score);
  const rows = counted(instances.test, `test ${unit}`);
  if (classes === null) return [`The model shows the task: correlation ${own} of the full probe on ${rows}.`];
  const chance = majority === null ? '' : `, the most frequent train label on ${percent(majority)}`;
  return [`The model shows the task: the full probe is right on ${own} of ${rows}${chance}.`];
}

/** Where no answer is sure, one layer may do. */
function layerReason(analysis: Analysis): string[] {
  const single = bestSingleLayer(analysis);
  if (single?.standing.kind !== 'alike') return [];
  const texts = scoresText(single.scores, analysis);
  return [
    `Layer ${single.layer} alone, the best by dev, is not worse than all layers together (${texts} on test); to compute it takes layers 0–${single.layer}.`,
  ];
}

/** A layer by itself may show what all together do not. */
function singleReason(analysis: Analysis): string[] {
  const single = bestSingleLayer(analysis);
  if (single === null || signalOfScores(analysis, single.scores).kind !== 'present') return [];
  const score = scoreText(single.scores.test[analysis.metric]?.mean, analysis.metric);
  return [
    `Layer ${single.layer} by itself is above chance (${score} on test): more train rows may let the full probe show it too.`,
  ];
}

function orderingReason(analysis: Analysis): string[] {
  const gain = orderingByChance(analysis);
  if (gain === null) return [];
  const { metric, seeds } = analysis;
  const unit = isShare(metric) ? ' points' : '';
  const spread = gain.deviation === null ? '' : ` ± ${differenceText(gain.deviation, metric).replace('+', '')}`;
  return [
    `The order of the neurons is ${gain.isWorse ? 'worse than chance, so that others do better' : 'no better than chance, so that others may do as well'}: without retraining, the top ones score ${differenceText(gain.mean, metric)}${spread}${unit} compared with as many random ones (mean over all sizes and ${counted(seeds, 'seed')}).`,
  ];
}
