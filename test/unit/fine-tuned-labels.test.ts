/** Which label of the task each logit of a fine-tuned head is of. */
import { expect, test } from 'vitest';
import { matchLabels } from '../../src/model/fine-tuned.ts';

const mnli = ['contradiction', 'entailment', 'neutral'];

test.each([
  ['by name, in any order and case', ['ENTAILMENT', 'Neutral', 'contradiction'], mnli, mnli, [1, 2, 0], 'name'],
  [
    'by what people read in place of it',
    ['POSITIVE', 'NEGATIVE'],
    ['0', '1'],
    ['negative', 'positive'],
    [1, 0],
    'name',
  ],
  [
    'with other marks between words',
    ['not-entailment', 'entailment'],
    ['entailment', 'not_entailment'],
    [],
    [1, 0],
    'name',
  ],
  ['by number, where the config names none', null, ['0', '1'], [], [0, 1], 'number'],
  ['by number, under the names of transformers', ['LABEL_0', 'LABEL_1'], ['0', '1'], [], [0, 1], 'number'],
] as const)('%s', (_, names, labels, shown, order, by) => {
  const head = { outputs: labels.length, names: names && [...names] };
  expect(matchLabels(head, labels, shown)).toEqual({ order, by });
});

test.each([
  ['other names', ['good', 'bad'], ['0', '1']],
  ['one name twice', ['0', '0'], ['0', '1']],
  ['another number of labels', ['0', '1', '2'], ['0', '1']],
])('%s: they cannot be told', (_, names, labels) => {
  expect(matchLabels({ outputs: names.length, names }, labels)).toBeNull();
});

test('a score', () => {
  expect(matchLabels({ outputs: 1, names: null }, null)).toEqual({ order: [0], by: 'score' });
  expect(matchLabels({ outputs: 2, names: null }, null)).toBeNull();
});
