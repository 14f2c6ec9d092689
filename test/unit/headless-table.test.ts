/** What the command line prints of a run beside its scores. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resultTable } from '../../headless/table.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';

const demo = parseRun(
  readFileSync(new URL('../../public/demo/reviews/result.json', import.meta.url), 'utf8'),
  'result.json',
);

function columnsLine(
  columns: RunFile['data']['columns'],
  encodings: ('UTF-8' | 'Windows-1252')[] = [],
): string | undefined {
  const files = demo.data.files.map((file, at) => ({ ...file, ...(encodings[at] && { encoding: encodings[at] }) }));
  const lines = resultTable({ ...demo, data: { ...demo.data, files, columns } }).split('\n');
  return lines.find((line) => line.startsWith('columns:'));
}

test('columns in use, what else there was, and encodings', () => {
  const several = { text: 'comment_text', pair: null, label: 'toxic', others: ['severe_toxic', 'obscene'] };
  expect(columnsLine(several)).toBe('columns: text comment_text, label toxic (not used: severe_toxic, obscene)');
  const pairs = { text: 'premise', pair: 'hypothesis', label: 'label', others: [] };
  expect(columnsLine(pairs, ['UTF-8', 'Windows-1252'])).toBe(
    'columns: text premise and hypothesis, label label, read as UTF-8, Windows-1252',
  );
  const many = { ...several, others: Array.from({ length: 14 }, (_, at) => `c${at}`) };
  expect(columnsLine(many)).toMatch(/c11, …\)$/);
  expect(columnsLine(undefined)).toBeUndefined();
});
