import { expect, test } from 'vitest';
import { folderNames } from '../../headless/label-columns.ts';

test.each([
  [
    ['toxic', 'severe_toxic'],
    ['toxic', 'severe_toxic'],
  ],
  [
    ['a/b', '../c', 'hate speech'],
    ['a-b', 'column--c', 'hate-speech'],
  ],
  [
    ['A', 'a', 'a'],
    ['A', 'a-2', 'a-3'],
  ],
  [
    ['毒性', 'CON', '..', '.'],
    ['毒性', 'column-CON', 'column-', 'column--2'],
  ],
])('folders of the columns %j are %j', (columns, names) => {
  expect(folderNames(columns)).toEqual(names);
});
