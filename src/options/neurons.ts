/** Which questions about neurons are answered. */
import { minus } from '../base/numbers.ts';
import {
  checkDeltas,
  checkThresholds,
  deltasSchema,
  noClustering,
  thresholdSchema,
  type Deltas,
} from '../data/question.ts';
import { list, ofAnalyze, onOff } from './kinds.ts';

const thresholds = [noClustering, 0.3];
const deltas: Deltas[] = [3, 2, 1].map((layers) => ({ layers, neurons: 1 }));

export const selectionOptions = [
  list('thresholds', thresholds, thresholdSchema, {
    read: readNumber,
    write: (threshold) => String(threshold),
    check: checkThresholds,
    flag: ofAnalyze(
      'clustering LIST',
      `cluster thresholds of the selection, −1 is none (${thresholds.join()})`,
      'the others lie between 0 and 1',
    ),
    advice: 'Give numbers, for example -1,0.3.',
    inWords: (chosen) => `c ${writeList(chosen, String)}`,
    field: {
      ...{ group: 'lists', label: 'Cluster thresholds c', hint: 'between 0 and 1; −1 is no clustering' },
      misread: (word) => `“${word}” is no number.`,
      refused: (word) => `${word} is no threshold: it must lie between 0 and 1, or be −1 for no clustering.`,
      missing: 'Give at least one threshold, for example 0.3, or −1 for no clustering.',
    },
  }),
  // For choosing layers, for choosing neurons.
  list('deltas', deltas, deltasSchema, {
    read: readPair,
    write: writePair,
    check: checkDeltas,
    flag: ofAnalyze(
      'deltas LIST',
      `losses in per cent, layers:neurons (${deltas.map(writePair).join()})`,
      'the first for leaving layers out, the second for leaving neurons out',
    ),
    advice: 'Give pairs of numbers, for example 3:1,2:1.',
    inWords: (pairs) => `losses ${writeList(pairs, writePair)} %`,
    field: {
      ...{ group: 'lists', label: 'Tolerated losses, layers:neurons', hint: 'pairs in per cent, such as 3:1' },
      leads: true,
      misread: (word) => `“${word}” is no pair such as 3:1.`,
      refused: (word) => `${word}: a score can lose from 0 to 100 per cent.`,
      missing: 'Give at least one pair, for example 1:1.',
    },
  }),
] as const;

export const furtherOptions = [
  onOff('sweep', {
    flag: ofAnalyze('sweep', 'also cluster and score all layers at −1, 0.1 … 0.9', 'one neuron a cluster'),
    inWords: () => 'every cluster threshold',
    field: {
      group: 'switches',
      label: 'Cost of clustering at every c',
      hint: 'what clustering alone costs at −1, 0.1 … 0.9',
    },
  }),
  onOff('maxFeatures', {
    flag: ofAnalyze('max-features', 'also find the smallest set among all layers without clustering, on a finer grid'),
    inWords: () => 'the finer grid',
    field: {
      group: 'switches',
      label: 'Smallest set from all layers',
      hint: 'without clustering, on a finer grid: steps of 0.1 %',
    },
  }),
  onOff('timing', {
    flag: ofAnalyze(
      'timing',
      'also measure what layers and neurons cost in time on this machine',
      'the encoder cut after every layer, and classifiers by their features',
    ),
    inWords: () => 'times by layers and neurons',
    field: {
      group: 'switches',
      label: 'What it saves',
      hint: 'measures the encoder cut after every layer, and how long classifiers train',
    },
  }),
  onOff('texts', {
    flag: ofAnalyze(
      'texts',
      'also store the rows that move the leading neurons most, with their texts',
      'whoever gets run.json can then read them',
    ),
    inWords: () => 'texts of rows in run.json',
    field: {
      group: 'switches',
      label: 'Texts in the result',
      hint: 'rows that move the leading neurons most: whoever gets run.json can read their texts',
    },
  }),
] as const;

/** The list as people read it. */
export function writeList<T>(entries: readonly T[], write: (entry: T) => string): string {
  return entries.map((entry) => write(entry).replace('-', minus)).join(', ');
}

function readNumber(word: string): number | null {
  return /^-?(\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : null;
}

function readPair(word: string): Deltas | null {
  const [layers, neurons, ...more] = word.split(':').map(readNumber);
  return layers == null || neurons == null || more.length > 0 ? null : { layers, neurons };
}

function writePair({ layers, neurons }: Deltas): string {
  return `${layers}:${neurons}`;
}
