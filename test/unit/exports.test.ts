/** Files of a result: which there are, how they are called, what is in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { figureFiles, isPictureName, pictureFormats, tableFile } from '../../src/exports/figure-formats.ts';
import { activationsStem, resultStem } from '../../src/exports/file-names.ts';
import { resultExports, resultFiles } from '../../src/exports/result-files.ts';
import { runText } from '../../src/exports/run.ts';
import { parseAllResults } from '../../src/published/all-results.ts';
import type { Figure } from '../../src/report/chart.ts';
import type { ResultSource } from '../../src/report/analysis.ts';
import type { Table } from '../../src/report/table.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';

const stored = readFileSync(join(import.meta.dirname, '../../public/demo/reviews/result.json'), 'utf8');
const run = parseRun(stored, 'result.json');
const layers: RunFile = { ...run, selection: [] };

describe('a result as files', () => {
  const facts = (source: ResultSource): unknown[] =>
    resultFiles(source).map(({ title, name, fileName }) => [title, name, fileName]);

  test('of a run are the run and the published layout', () => {
    const stem = resultStem({ kind: 'run', run });
    expect(facts({ kind: 'run', run })).toEqual([
      ['Download run', 'run.json', `${stem}.run.json`],
      ['all_results.json', 'all_results.json', `${stem}.all_results.json`],
    ]);
    expect(facts({ kind: 'run', run: layers })).toEqual([['Download run', 'run.json', `${stem}.run.json`]]);
  });

  test('of a file of the published scripts is that file, as it was', async () => {
    const [, published] = resultFiles({ kind: 'run', run });
    const text = (await published.content()) as string;
    const source = { kind: 'published', results: parseAllResults(text, 'My results.json') } as const;
    expect(facts(source)).toEqual([['all_results.json', 'all_results.json', 'winnow-my-results.json']]);
    expect(await resultFiles(source)[0].content()).toBe(text);
  });

  test('have ids and names that no two share', () => {
    for (const key of ['id', 'name', 'title'] as const)
      expect(new Set(resultExports.map((one) => one[key])).size).toBe(resultExports.length);
  });
});

describe('the text of a run', () => {
  test('opened and saved again is the same text', () => {
    const text = runText(run);
    expect(parseRun(text, 'run.json')).toEqual(run);
    expect(runText(parseRun(text, 'run.json'))).toBe(text);
  });

  test('is how the demo’s result is stored', () => {
    expect(runText(JSON.parse(stored) as RunFile)).toBe(stored);
  });

  test('has lists of numbers on one line, everything else as JSON has it', () => {
    const value = { few: [1, -2.5, 1e-7], none: [], named: [{ a: [3] }], text: '[\n1,\n2]', mixed: [1, null, 'x'] };
    const text = runText(value as unknown as RunFile);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain('"few": [ 1, -2.5, 1e-7 ],');
  });
});

describe('file names', () => {
  test('hold only what every system takes', () => {
    const odd = { data: { task: 'sst-2' }, model: { name: '../My Modèl: v2' }, options: {} } as unknown as RunFile;
    expect(resultStem({ kind: 'run', run: odd })).toBe('winnow-sst-2-..-my-mod-l-v2');
    const quick = { ...odd, options: { sample: 500 } } as RunFile;
    expect(resultStem({ kind: 'run', run: quick })).toBe('winnow-sst-2-..-my-mod-l-v2-quick-look');
  });

  test('of activations end with their role, however long the model’s name is', () => {
    expect(activationsStem('sst-2', 'm'.repeat(200), 'dev')).toBe(`winnow-sst-2-${'m'.repeat(67)}-dev`);
  });
});

describe('a figure as files', () => {
  const table: Table = { columns: [{ title: 'a', numeric: true }], rows: [[{ value: 0.5, text: '50 %' }]] };
  const picture = { svg: () => '<svg/>', png: () => Promise.resolve(new Blob(['png'])) };

  test('each format makes its own', async () => {
    const files = figureFiles({ table, stem: 'x' } as Figure, picture);
    expect(files.map(({ fileName }) => fileName)).toEqual(['x.svg', 'x.png', 'x.csv']);
    const made = await Promise.all(files.map(async ({ content }) => content()));
    expect(made).toEqual(['<svg/>', expect.any(Blob), 'a\r\n0.5\r\n']);
    expect(tableFile(table, 'x')).toMatchObject({ fileName: 'x.csv', type: 'text/csv' });
  });

  test('its pictures are told from other files by name', () => {
    expect(pictureFormats.map(({ title }) => title)).toEqual(['SVG', 'PNG']);
    const names = [
      'winnow-a-layers.svg',
      'winnow-a.png',
      'winnow-a.csv',
      'my-winnow-a.svg',
      'winnow-.svg',
      'winnow.svg',
    ];
    expect(names.filter(isPictureName)).toEqual(['winnow-a-layers.svg', 'winnow-a.png']);
  });
});
