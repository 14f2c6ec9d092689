import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../src/activations/file/words.ts';

const path = new URL('../fixtures/activations/joined-words.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')) as Record<string, [word: string, joined: string][]>;

describe('words as NeuroX names them', () => {
  test.each(Object.keys(golden))('%s: each is its own', (name) => {
    const wrong = golden[name].filter(([word, joined]) => firstDifference([joined], [word]) !== null);
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(golden))('%s: a shift by one is seen', (name) => {
    const plain = golden[name].slice(29);
    const words = plain.map(([word]) => word);
    const joined = plain.map(([, one]) => one);
    expect(firstDifference(joined, words)).toBeNull();
    expect(firstDifference([...joined.slice(1), joined[0]], words)).toBe(0);
  });
});

test('one word that differs makes another sentence, unless SentencePiece may have rewritten it', () => {
  expect(firstDifference(['the', 'play##ing', 'field'], ['the', 'playing', 'yield'])).toBe(2);
  expect(firstDifference(['The', 'Naive', 'one'], ['the', 'naïve', 'one'])).toBeNull();
  expect(firstDifference(['▁the', '▁play', 'ing'], ['the', 'plays', 'ing'])).toBeNull();
  expect(firstDifference(['▁a', '▁b', '▁c'], ['a', 'x', 'y'])).toBe(1);
  expect(firstDifference(['[UNK]', ''], ['東', '\u200b'])).toBeNull();
  expect(firstDifference(['caf', '"so"'], ['caf\ufffd', '“so”'])).toBeNull();
  expect(firstDifference(['a', '<|endoftext|>', 'b'], ['a', '|||', 'b'])).toBeNull();
});
