import { expect, test } from 'vitest';
import { inShares } from '../../../src/session/stages/shares.ts';

test('pieces of work follow each other in one progress, each as long as its work', () => {
  const seen: [number, number][] = [];
  const told = inShares((done, total) => seen.push([done, total]), { long: 3, none: 0, short: 1 });
  told.long(1, 2);
  told.long(2, 2);
  told.none(7, 7);
  told.short(1, 4);
  told.short(4, 4);
  expect(seen.map(([done]) => done)).toEqual([375, 750, 750, 812, 1000]);
  expect(seen.every(([, total]) => total === 1000)).toBe(true);
});
