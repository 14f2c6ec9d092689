/** What an author said of results, as a browser remembers it: by result, checked, without which texts may be seen. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { firstPublication } from '../../src/publication/publication.ts';
import {
  forgetSaid,
  rememberPublication,
  rememberSaid,
  saidOf,
  usualPublication,
} from '../../src/ui/state/publication-memory.ts';

const key = 'winnow-publications-1';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('what was said of a result', () => {
  test('is found again under its id alone, and joins what was said before', () => {
    const own = {
      ...firstPublication('Mine'),
      note: 'A note',
      sections: ['layers' as const],
      opensIn: 'present' as const,
    };
    rememberPublication('a', own, 'A run');
    rememberSaid('a', { form: 'run' });
    expect(usualPublication('a', 'A run')).toMatchObject({
      ...{ title: 'Mine', note: 'A note', sections: ['layers'], opensIn: 'present', revealed: [] },
    });
    expect(saidOf('a').form).toBe('run');
    expect(usualPublication('b', 'Another')).toEqual(firstPublication('Another'));
  });

  test('leaves which texts may be seen to be asked anew', () => {
    rememberPublication('a', { ...firstPublication('Mine'), revealed: ['texts'] }, 'A run');
    expect(localStorage.getItem(key)).not.toContain('texts');
  });

  test('keeps no title that is as usual or empty', () => {
    rememberPublication('a', firstPublication('A run'), 'A run');
    expect(usualPublication('a', 'Called otherwise now').title).toBe('Called otherwise now');
    rememberPublication('a', { ...firstPublication('A run'), title: ' ', note: 'kept' }, 'A run');
    expect(usualPublication('a', 'A run')).toMatchObject({ title: 'A run', note: 'kept' });
  });

  test('is forgotten with its result, and comes back with it', () => {
    rememberSaid('a', { form: 'field' });
    const recall = forgetSaid('a');
    expect(saidOf('a')).toEqual({});
    recall();
    expect(saidOf('a')).toEqual({ form: 'field' });
  });

  test('is that of the fifty results that were spoken of last', () => {
    for (let number = 0; number < 55; number++) rememberSaid(`run-${number}`, { form: 'view' });
    rememberSaid('run-5', { form: 'run' });
    expect([saidOf('run-4'), saidOf('run-5'), saidOf('run-54')]).toEqual([{}, { form: 'run' }, { form: 'view' }]);
  });

  test.each(['{', '7', '[["a"]]', '[["a",{"title":7}]]', '[["a",{"sections":["secrets"]}]]'])(
    'is nothing where %s is stored',
    (text) => {
      localStorage.setItem(key, text);
      expect(saidOf('a')).toEqual({});
    },
  );
});
