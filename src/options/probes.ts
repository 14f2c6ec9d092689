/** How probes are trained and scored. */
import { counted, integer } from '../base/numbers.ts';
import { scoreNames, type ScoreName } from '../data/tasks.ts';
import { choice, number, ofAnalyze } from './kinds.ts';

/** The paper trained once; the refined protocol says how sure it is. */
export const seedsOf = { paper: 1, refined: 3 } as const;

export const methodOptions = [
  choice('protocol', 'refined', ['paper', 'refined'], {
    flag: ofAnalyze('protocol NAME', 'paper or refined (refined)', 'how probes are trained and scored'),
    inWords: (protocol) => (protocol === 'paper' ? 'Protocol of the paper' : 'Refined protocol'),
    alwaysSaid: true,
    field: {
      ...{ group: 'method', label: 'Protocol', as: 'bar' },
      titles: { refined: 'Refined', paper: 'As in the paper' },
      hint: (protocol) =>
        protocol === 'paper'
          ? 'What the published scripts compute, rows unshuffled: comparable with published numbers.'
          : 'The same questions answered soundly: standardised neurons, shuffled rows, mean and deviation over seeds.',
      sets: (protocol) => ({ seeds: seedsOf[protocol] }),
    },
  }),
  // Open: the task's own.
  choice<'metric', ScoreName, ScoreName | null>('metric', null, scoreNames, {
    flag: ofAnalyze('metric NAME', "the score to report first (the task's own)", `one of ${scoreNames.join(', ')}`),
    field: {
      ...{ group: 'method', label: 'Score', as: 'menu' },
      shown: ({ scores }) => scores !== null,
      titles: ({ scores }) => scores?.titles ?? {},
      own: ({ scores }) => scores?.own ?? null,
    },
  }),
  // Probes are trained once per seed: seed, seed + 1, …
  number('seed', 0, [0, 2 ** 32 - 101], {
    mostBeside: ({ seeds }) => 2 ** 32 - 1 - seeds,
    flag: ofAnalyze('seed N', 'first seed (0)', 'the others follow it'),
    field: { group: 'numbers', label: 'First seed', hint: 'the others follow it' },
  }),
  number('seeds', seedsOf.refined, [1, 100], {
    flag: ofAnalyze(
      'seeds N',
      `how many seeds the probes are trained with (${seedsOf.refined}; paper: ${seedsOf.paper})`,
    ),
    inWords: (seeds, _, { seed }) => counted(seeds, 'seed') + (seed === 0 ? '' : ` from ${integer(seed)}`),
    alwaysSaid: true,
    field: { group: 'numbers', leads: true, label: 'Seeds', hint: 'each probe is trained once a seed' },
  }),
] as const;

const onlyConfigured = { flag: null, field: null };

/** The defaults are the paper's, in both protocols (Dalvi et al. 2020, appendix): passes, rows a step, both penalties. */
export const trainingOptions = [
  number('epochs', 10, [1, 1000], {
    ...onlyConfigured,
    inWords: (epochs, _, { protocol }) => (protocol === 'paper' ? counted(epochs, 'epoch') : null),
  }),
  number('batchSize', 128, [1, 4096], { ...onlyConfigured, title: 'batch size', inWords: (rows) => `batch ${rows}` }),
  number('lambda1', 1e-5, [0, 1000], { ...onlyConfigured, real: true, inWords: (weight) => `λ1 ${weight}` }),
  number('lambda2', 1e-5, [0, 1000], { ...onlyConfigured, real: true, inWords: (weight) => `λ2 ${weight}` }),
] as const;
