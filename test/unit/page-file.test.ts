/** A page that is one file: what is put into it comes back, and no text in it is markup of the file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageFile, publishedIn } from '../../src/publication/page-file.ts';
import { firstPublication } from '../../src/publication/publication.ts';
import { publishedRun } from '../../src/publication/run.ts';
import { revealedKinds } from '../../src/publication/run-texts.ts';
import { parseRun } from '../../src/run/run-file.ts';
import { errorOf } from '../fixtures/errors.ts';

const demo = join(import.meta.dirname, '../../public/demo/reviews/result.json');
const stored = parseRun(readFileSync(demo, 'utf8'), 'result.json');
const template =
  '<head><title>Winnow</title></head><script type="text/plain" id="published"></script><script type="module">1</script>';
const hostile = '</title></script><script>alert(1)</script>\u202e <!-- $& $1 =cmd|';

function packedIn(file: string): string {
  return /id="published">([^<]*)<\/script>/.exec(file)![1];
}

test('what is published comes back', async () => {
  const run = publishedRun({ ...stored, model: { ...stored.model, name: hostile } }, revealedKinds);
  const page = { publication: { ...firstPublication(hostile), note: hostile }, runs: [run, publishedRun(stored, [])] };
  const file = await pageFile(template, page);
  expect(await publishedIn(packedIn(file))).toEqual(page);
});

const comparison = {
  base: 1,
  failed: [{ title: hostile, reason: hostile }],
  layers: [{ first: 0, other: 1, rows: 3, cka: { biased: [[1, null]], debiased: [[0.5, null]] } }],
};

test('what stands beside compared results comes back, and nothing that is of no result', async () => {
  const page = { publication: firstPublication('A'), runs: [stored, stored], comparison };
  expect(await publishedIn(packedIn(await pageFile(template, page)))).toEqual(page);
  for (const wrong of [{ ...comparison, base: 2 }, { ...comparison, failed: ['x'] }, { base: 0 }]) {
    const file = await pageFile(template, { ...page, comparison: wrong as typeof comparison });
    expect((await errorOf(publishedIn(packedIn(file)))).code).toBe('bad-file');
  }
});

test('no text in it is markup of the file', async () => {
  const run = publishedRun({ ...stored, model: { ...stored.model, name: hostile } }, revealedKinds);
  const file = await pageFile(template, { publication: { ...firstPublication(hostile), note: hostile }, runs: [run] });
  const escaped = hostile.replaceAll('&', '&#38;').replaceAll('<', '&#60;').replaceAll('>', '&#62;');
  expect(file).toContain(`<title>${escaped}</title>`);
  expect(file.match(/<script/g)).toHaveLength(2);
  expect(file.match(/<\/script>/g)).toHaveLength(2);
  expect(packedIn(file)).toMatch(/^[A-Za-z0-9+/]+=*$/);
});

test('another template is refused', async () => {
  const page = { publication: firstPublication('A'), runs: [stored] };
  expect((await errorOf(pageFile('<title></title>', page))).code).toBe('not-loaded');
});

test.each([
  ['cut short', (packed: string) => packed.slice(0, 100)],
  ['empty', () => ''],
  ['no base64', () => '…'],
])('a file that is %s is refused', async (_, change) => {
  const file = await pageFile(template, { publication: firstPublication('A'), runs: [stored] });
  const found = await errorOf(publishedIn(change(packedIn(file))));
  expect(found).toMatchObject({ code: 'bad-file', message: expect.stringContaining('not whole') as string });
});

test.each([
  ['a run that is none', { publication: firstPublication('A'), runs: [{ ...stored, metric: 'luck' }] }, 'result 1'],
  ['no run', { publication: firstPublication('A'), runs: [] }, 'not whole'],
  ['another record', { publication: { ...firstPublication('A'), sections: ['x'] }, runs: [stored] }, 'sections.0'],
])('a file with %s is refused', async (_, page, where) => {
  const file = await pageFile(template, page as Parameters<typeof pageFile>[1]);
  expect((await errorOf(publishedIn(packedIn(file)))).message).toContain(where);
});
