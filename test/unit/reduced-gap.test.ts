/** A run file whose smaller models do not fit its model is refused, with where. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRun, parseRun, type RunFile } from '../../src/run/run-file.ts';
import { errorOf } from '../fixtures/errors.ts';

const demo = join(import.meta.dirname, '../../public/demo/reviews/result.json');
const run = parseRun(readFileSync(demo, 'utf8'), 'result.json');

function changed(change: object): RunFile {
  return { ...run, reduced: run.reduced?.map((entry) => ({ ...entry, ...change })) };
}

test('the demo’s own fits', () => {
  expect(run.reduced).toHaveLength(1);
  expect(run.oracleProbe).toBeDefined();
});

test.each([
  [changed({ layers: 7 }), 'at reduced.0 there are 24 neurons of layers 0 to 7'],
  [changed({ neurons: 9999 }), 'at reduced.0 there are 9999 neurons'],
  [{ ...run, oracleProbe: { ...run.oracleProbe!, bias: 'AAAA' } }, 'at oracleProbe.bias, 2 numbers are expected'],
])('what does not is named (%#)', async (wrong, where) => {
  const found = await errorOf(Promise.resolve().then(() => checkRun(wrong, 'run.json')));
  expect(found).toMatchObject({ code: 'bad-file', message: expect.stringContaining(where) as string });
});
