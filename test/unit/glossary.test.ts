/** Terms are found where they stand, once, the longest first; and every entry can be found at all. */
import { describe, expect, it } from 'vitest';
import { glossary, withTerms } from '../../src/report/glossary.ts';

const terms = (text: string) => withTerms(text, () => true).flatMap(({ entry }) => entry?.term ?? []);

describe('the glossary', () => {
  it('keeps the text as it is', () => {
    const text = 'The full probe (the oracle) on the test part, 3 seeds; CKA at c = 0.3 within windows.';
    expect(
      withTerms(text, () => true)
        .map((stretch) => stretch.text)
        .join(''),
    ).toBe(text);
    expect(withTerms('nothing here', () => true)).toEqual([{ text: 'nothing here', entry: null }]);
  });

  it('explains a term once, the longer of two that meet', () => {
    expect(terms('A probe, the full probe, another probe')).toEqual(['probe', 'oracle']);
    expect(terms('the full probe')).toEqual(['oracle']);
    expect(terms('at c = 0.3 and c = 0.5')).toEqual(['c (cluster threshold)']);
    expect(terms('McNemar’s exact test against the control task')).toEqual(['McNemar’s test', 'control task']);
  });

  it('leaves out what is explained elsewhere', () => {
    expect(withTerms('a probe of neurons', ({ term }) => term !== 'probe')).toHaveLength(2);
  });

  it.each(glossary)('has $term in a sentence or two, findable by its name', ({ term, text, pattern }) => {
    const name = term === 'train, dev and test part' ? 'dev part' : term === 'c (cluster threshold)' ? 'c = 0.3' : term;
    expect(pattern.test(name)).toBe(true);
    expect(text.length).toBeLessThan(240);
    expect(text).toMatch(/[.]$/);
  });
});
