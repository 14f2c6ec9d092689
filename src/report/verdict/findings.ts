/**
 * What holds of a result, in the order in which a verdict asks (protocols.md §13): each finding as the sentence it is the
 * verdict with, and as the short one it is a reason with.
 */
import type { VerdictKind } from '../../run/verdict.ts';
import type { Analysis } from '../analysis.ts';
import { counted, decimal, integer, percent, probabilityText, scoreText, scoreTitles } from '../format.ts';
import { plain, strong, type Phrase } from '../sentence.ts';
import { bestSingleLayer, devShortage, keepingOf, leastRows, weaknessOf } from './checks.ts';
import type { ClaimSubject, VerdictSubject } from './claim.ts';
import { headlineOf } from './headline.ts';
import { measuredScore } from './intervals.ts';
import { signalOf, signalOfScores, type Signal } from './signal.ts';
import { intervalText, keptText, lossesText, lossText, originText, scoresText, sizeText } from './words.ts';

export interface Finding {
  kind: VerdictKind;
  phrases: Phrase[];
  reason: string;
}

const mcnemarText = (p: number): string => `McNemar’s exact test, ${probabilityText(p)}`;

/** @param of what the sentence is about: "SST-2 with minilm-sst2". */
export function signalFinding(analysis: Analysis, of: string): Finding | null {
  const signal = signalOf(analysis);
  if (signal.kind === 'present' || signal.kind === 'untested') return null;
  const single = bestSingleLayer(analysis);
  const isSingle = single !== null && signalOfScores(analysis, single.scores).kind === 'present';
  // One layer may show what a probe on many times the neurons did not learn from so few rows.
  const what = isSingle ? 'the probe on all layers does not show the task' : 'this model does not show the task';
  const why = signalText(signal, analysis);
  return { kind: 'no-signal', phrases: [plain(`${of}: `), strong(what), plain(`. ${why}`)], reason: why };
}

function signalText(signal: Exclude<Signal, { kind: 'present' | 'untested' }>, analysis: Analysis): string {
  const { instances, unit, metric } = analysis;
  const rows = counted(instances?.test ?? 0, `test ${unit}`);
  if (signal.kind === 'chance') {
    const { score, chance, p, isGuess } = { ...signal, isGuess: signal.chance !== analysis.majority };
    const other = isGuess ? 'guessing' : 'always giving the most frequent train label';
    return `The full probe is right on ${percent(score)} of ${rows}, ${other} on ${percent(chance)}: chance alone can give as much (exact one-sided binomial test, ${probabilityText(p)}).`;
  }
  if (signal.kind === 'control') {
    const { score, control, selectivity, deviation } = signal;
    const spread = deviation === null ? '' : ` ± ${scoreText(deviation, metric)}`;
    const difference = `${scoreText(selectivity, metric)}${spread}`;
    return `The full probe scores ${scoreText(score, metric)} on ${rows}, and on its control task, whose labels mean nothing, ${scoreText(control, metric)}: the difference (${difference}) is no more than chance gives.`;
  }
  const { score, interval } = signal;
  if (score === null || interval === null)
    return `The full probe gives ${rows} one and the same score, so that nothing goes with the true ones.`;
  const where = interval.high < 0 ? 'lies below 0' : 'holds 0';
  return `The full probe’s correlation with the true scores of ${rows} is ${decimal(score)}, and its 95 % interval, ${intervalText(interval, 'pearson')}, ${where}.`;
}

export function devFinding(analysis: Analysis, subject: VerdictSubject, of: string): Finding | null {
  const shortage = devShortage(analysis, subject.deltas);
  if (shortage === null) return null;
  const { unit, devFromTrain } = analysis;
  const { delta, rows, lossRows, needed } = shortage;
  const loss = delta === 0 ? 'no loss at all' : `a loss of ${lossText(delta)} of its score`;
  const split = devFromTrain
    ? ` (${counted(10 * (needed ?? 0), unit)} in the train file, a tenth of which is dev)`
    : '';
  const enough =
    needed === null
      ? `no number of ${unit}s would do`
      : `it has to be at least ${leastRows}, which takes ${counted(needed, `dev ${unit}`)}${split}`;
  const small = `${counted(rows, `dev ${unit}`)} ${rows === 1 ? 'is' : 'are'} too few`;
  const told = `to tell ${loss}: that is ${lossRows.toFixed(1)} ${unit}s, and ${enough}`;
  const shows = signalOf(analysis).kind === 'present' ? 'the full probe shows the task, but ' : '';
  return {
    kind: 'too-little-evidence',
    phrases: [plain(`${of}: ${shows}`), strong(small), plain(` ${told}.`)],
    reason: `${small} ${told}.`,
  };
}

export function layerFinding(analysis: Analysis, of: string): Finding | null {
  const single = bestSingleLayer(analysis);
  if (single?.standing.kind !== 'better') return null;
  const { layer, scores, standing } = single;
  const score = measuredScore(analysis);
  const texts = scoresText(scores, { ...analysis, metric: score });
  const test = standing.p === null ? '; outside the 95 % interval of all layers' : `; ${mcnemarText(standing.p)}`;
  const by = `${texts} ${scoreTitles[score]} on test${test}`;
  return {
    kind: 'one-layer-beats-all',
    phrases: [
      plain(`${of}: `),
      strong(`layer ${layer} alone beats all layers together`),
      plain(` (${by}). To compute it takes layers 0–${layer}.`),
    ],
    reason: `Layer ${layer} alone scores more than all layers together (${by}).`,
  };
}

/** The probe of the answer is worse than the oracle. */
export function lossFinding(analysis: Analysis, subject: ClaimSubject, of: string): Finding | null {
  const keeping = keepingOf(analysis, subject);
  if (keeping.kind !== 'worse') return null;
  const headline = headlineOf(analysis);
  const isNone =
    subject.kind === 'neurons' && headline !== null && headline.answers > 1 && headline.worse === headline.answers;
  const score = measuredScore(analysis);
  const texts = scoresText(subject.scores, { ...analysis, metric: score });
  const test = keeping.p === null ? '; below the 95 % interval of the full probe' : `; ${mcnemarText(keeping.p)}`;
  const by = `(${texts} ${scoreTitles[score]} on test${test})`;
  const what = thingText(subject, analysis);
  const is = isOne(subject) ? 'is' : 'are';
  const why = `${what.text}${what.rest}: chosen on dev, ${is === 'is' ? 'it is' : 'they are'} worse than the full probe ${by}.`;
  if (isNone) {
    const none = `none of the computed answers is enough`;
    return { kind: 'not-enough', phrases: [plain(`${of}: `), strong(none), plain(`. ${why}`)], reason: why };
  }
  const phrases = [
    plain(`${of}: `),
    strong(what.text),
    plain(`${what.rest}${what.rest.includes(', ') ? ',' : ''} `),
    strong(`${is} not enough`),
    plain(`. Chosen on dev, on test worse than the full probe ${by}.`),
  ];
  return { kind: 'not-enough', phrases, reason: why };
}

export function weakFinding(analysis: Analysis, subject: ClaimSubject, of: string): Finding | null {
  const weakness = weaknessOf(analysis, subject);
  if (weakness === null) return null;
  const { reach, keeps } = weakness;
  const chance = analysis.classes === null ? '0' : reach && percent(reach.chance);
  const score = measuredScore(analysis);
  const parts = [
    ...(keeps === null
      ? []
      : [`less than the ${lossText(keeps)} that a loss of ${lossesText(subject.deltas)} would leave`]),
    ...(reach === null
      ? []
      : [
          `its 95 % interval (${intervalText(reach.interval, score)}) reaches down to ${analysis.classes === null ? '' : 'what the most frequent label or guessing gets, '}${chance}`,
        ]),
  ];
  const { p } = keepingOf(analysis, subject);
  const chanceText =
    p === null || keeps === null
      ? ''
      : `; the difference may be chance (${mcnemarText(p)}), which more test rows would tell`;
  const why = `${parts.join(', and ')}${chanceText}`;
  const what = thingText(subject, analysis);
  const kept = keptText(subject.scores, analysis);
  const { instances, unit } = analysis;
  const on = instances ? `on ${counted(instances.test, `test ${unit}`)}` : 'on test';
  const [is, keep] = isOne(subject) ? ['is', 'it keeps'] : ['are', 'they keep'];
  return {
    kind: 'weak',
    phrases: [
      plain(`${of}: whether `),
      strong(what.text.replace(/^at most /, '')),
      plain(`${what.rest}${what.rest.includes(', ') ? ',' : ''} ${is} enough `),
      strong('is not settled'),
      plain(`: ${on} ${keep} ${kept}, ${why}.`),
    ],
    reason: `Whether the answer is enough is not settled: ${on} ${keep} ${kept}, ${why}.`,
  };
}

/** Nothing speaks against the answer; `tested`: nor is a test missing that could. */
export function plainFinding(
  analysis: Analysis,
  subject: ClaimSubject,
  of: string,
  missing: readonly string[],
): Finding {
  const what = thingText(subject, analysis);
  const isAll = subject.kind === 'layers' && subject.topLayer === (analysis.layers?.concatenated.length ?? 0) - 1;
  const keeping = keepingOf(analysis, subject);
  const small =
    keeping.kind === 'small'
      ? `: a real loss${keeping.p === null ? '' : ` (${mcnemarText(keeping.p)})`}, but with 95 % confidence less than the ${lossesText(subject.deltas)} that was allowed`
      : '';
  const kept = isAll
    ? `no shorter stack comes within ${lossText(subject.deltas.layers)} of the full probe's ${scoreTitles[analysis.metric]} on dev`
    : keptText(subject.scores, analysis);
  if (missing.length === 0) {
    return {
      kind: 'clear',
      phrases: [plain(`${of} needs `), strong(what.text), plain(`${what.rest}: ${kept}${small}.`)],
      reason: '',
    };
  }
  return {
    kind: 'untested',
    phrases: [
      plain(`${of}: `),
      strong(what.text),
      plain(`${what.rest} ${isOne(subject) ? 'reaches' : 'reach'} ${kept}; whether that is enough was not tested.`),
    ],
    reason: '',
  };
}

function isOne(subject: VerdictSubject): boolean {
  return subject.kind === 'neurons' && subject.size === 1;
}

/** What an answer keeps, and where that lies. */
function thingText(subject: ClaimSubject, analysis: Analysis): { text: string; rest: string } {
  const { shape, layers } = analysis;
  if (subject.kind === 'neurons') {
    const { size, atMost } = subject;
    if (size === 0) return { text: 'no neuron', rest: ', only the most frequent label' };
    return {
      text: `${atMost ? 'at most ' : ''}${sizeText(size, analysis)}`,
      rest: originText(size, subject.layers, analysis),
    };
  }
  if (subject.kind === 'layers') {
    const last = (layers?.concatenated.length ?? 1) - 1;
    const { topLayer } = subject;
    if (topLayer === 0) return { text: 'none of the layers', rest: ', only the embeddings (layer 0)' };
    return { text: topLayer === last ? `all ${last} layers` : `${topLayer} of ${last} layers`, rest: '' };
  }
  const total = shape ? shape.layers * shape.hidden : 0;
  return {
    text: `${integer(subject.clusters)} of ${integer(total)} neurons`,
    rest: `, one a cluster at c = ${subject.threshold}`,
  };
}
