/** What is extracted of which rows, and where the work happens. */
import { counted, integer } from '../base/numbers.ts';
import { poolings, poolingWords, type Pooling } from '../base/pooling.ts';
import { quickLookRows } from '../data/sample.ts';
import { choice, number, ofAll, ofAnalyze, ofBoth, ofReaders, onOff, type OptionScope } from './kinds.ts';

const tokens = 128;
function joinsSubwords({
  words,
  activations,
  subwords,
}: Pick<OptionScope, 'words' | 'activations' | 'subwords'>): boolean {
  return words && (!activations || subwords);
}

const subwordsInWords = { last: 'last subwords', first: 'first subwords', average: 'mean of subwords' } as const;

const unitOf = ({ words }: Pick<OptionScope, 'words'>, part = ''): string =>
  words ? `labelled ${part}sentences` : `${part}rows`;

/** The button beside Run sets it; nothing remembers it. */
const quickOption = onOff('quick', {
  flag: ofAnalyze(
    'quick',
    `a quick look: ${quickLookRows} rows (or labelled sentences) of every part, drawn at random`,
    'the same command without it, with the same --cache, goes on from them',
  ),
  inWords: (_, scope) => `a quick look at ${quickLookRows} ${unitOf(scope)} of every part`,
  field: null,
});

export const inputOptions = [
  // Of the train file, before the split.
  number<'rows', number | null>('rows', null, [20, 2 ** 31 - 1], {
    leastExtracted: 1,
    flag: ofBoth(
      'rows N',
      'use the first N rows (or labelled sentences) of the train file only',
      'before the split; the other files keep all of theirs; extract takes them from the file that it writes of',
    ),
    inWords: (rows, scope) =>
      rows === null ? `all ${unitOf(scope)}` : `the first ${integer(rows)} ${unitOf(scope, 'train ')}`,
    alwaysSaid: true,
    field: {
      group: 'numbers',
      label: ({ words }) => (words ? 'Train sentences' : 'Train rows'),
      hint: ({ words }) =>
        `${words ? 'labelled ones, ' : ''}the first of the train file alone: the test part keeps all of its own`,
      empty: 'all',
    },
  }),
  quickOption,
  number('maxLength', tokens, [3, 4096], {
    title: 'maximum length',
    flag: ofReaders(
      'max-length N',
      `tokens a sentence is cut at, special ones included (${tokens}); labelled ones are never cut`,
    ),
    inWords: (length, { words, activations }) => (words || activations ? null : `at most ${integer(length)} tokens`),
    alwaysSaid: true,
    field: {
      ...{ group: 'numbers', label: 'Longest input' },
      hint: ({ longestInput: longest }) =>
        `in tokens; ${longest === null ? 'longer ones are cut' : `this model takes ${integer(longest)}`}`,
      most: ({ longestInput }) => longestInput ?? 4096,
      shown: ({ words, activations }) => !words && !activations,
    },
  }),
  choice<'pooling', Pooling, Pooling | null>('pooling', null, poolings, {
    flag: ofReaders(
      'pooling NAME',
      'what stands for a sentence: first or last token, or mean of all (the model’s own)',
      'its own is what sentence-transformers says in the folder, else the last token where a token knows only those before it and of XLNet, else the first',
    ),
    inWords: (pooling, { words, activations }) =>
      words || activations || pooling === null ? null : `a sentence is ${poolingWords[pooling]}`,
    field: {
      ...{ group: 'method', label: 'Stands for a sentence', as: 'bar' },
      shown: ({ words, activations }) => !words && !activations,
      titles: { first: 'First token', last: 'Last token', mean: 'Mean' },
      own: ({ pooling }) => pooling,
      hint: (pooling) =>
        pooling === null
          ? 'The model says which.'
          : `In every layer a sentence is ${poolingWords[pooling]}${pooling === 'mean' ? ', special ones included' : ''}.`,
    },
  }),
  choice('aggregation', 'last', ['last', 'first', 'average'], {
    flag: ofReaders('aggregate NAME', 'which subwords stand for a labelled word: last, first or average (last)'),
    inWords: (aggregation, scope) => (joinsSubwords(scope) ? subwordsInWords[aggregation] : null),
    alwaysSaid: true,
    field: {
      ...{ group: 'method', label: 'Subwords of a word', as: 'bar' },
      shown: joinsSubwords,
      titles: { last: 'Last', first: 'First', average: 'Average' },
      hint: (aggregation) => {
        const word =
          aggregation === 'average'
            ? 'A word is the mean of its subwords’ vectors.'
            : `A word is the vector of its ${aggregation} subword${aggregation === 'last' ? ', as in the paper' : ''}.`;
        return `${word} Sentences are not cut: one that is longer than the model takes is left out and reported.`;
      },
    },
  }),
] as const;

export const placeOptions = [
  choice('device', 'auto', ['auto', 'webgpu', 'wasm'], {
    flag: ofAll(
      'device NAME',
      'auto, webgpu or wasm (auto)',
      'auto takes WebGPU where the adapter is real hardware, WebAssembly otherwise',
    ),
    inWords: (device) => (device === 'webgpu' ? 'on WebGPU' : 'on WebAssembly'),
    field: {
      ...{ group: 'place', label: 'Runs on', as: 'bar' },
      titles: { auto: 'Automatic', webgpu: 'WebGPU', wasm: 'WebAssembly' },
    },
  }),
  // Open: as many as the browser reports.
  number<'threads', number | null>('threads', null, [1, 64], {
    flag: ofAll('threads N', 'WebAssembly threads (as many as the browser reports)'),
    inWords: (threads) => (threads === null ? null : counted(threads, 'thread')),
    field: {
      ...{ group: 'numbers', label: 'Threads', hint: 'for WebAssembly', empty: 'all' },
      most: ({ cores }) => Math.max(1, Math.min(cores, 64)),
    },
  }),
] as const;
