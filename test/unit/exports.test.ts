/** Files of a result: which there are, how they are called, what is in them. */
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BlobReader, ZipReader } from '@zip.js/zip.js';
import { describe, expect, test } from 'vitest';
import { allFiguresFile } from '../../src/exports/all-figures.ts';
import { references } from '../../src/exports/bibtex.ts';
import { figureFiles, isFigureName, tableFile } from '../../src/exports/figure-formats.ts';
import { proposedRole } from '../../src/data/sniff.ts';
import { activationsStem, resultStem } from '../../src/exports/file-names.ts';
import { resultExports, resultFiles } from '../../src/exports/result-files.ts';
import { runText } from '../../src/run/run-text.ts';
import { parseAllResults } from '../../src/published/all-results.ts';
import { latexTable, latexText } from '../../src/report/latex.ts';
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
      ['Scores (CSV)', 'scores.csv', `${stem}.scores.csv`],
      ['all_results.json', 'all_results.json', `${stem}.all_results.json`],
      ['BibTeX', 'references.bib', `${stem}.references.bib`],
    ]);
    expect(facts({ kind: 'run', run: layers })).toEqual([
      ['Download run', 'run.json', `${stem}.run.json`],
      ['Scores (CSV)', 'scores.csv', `${stem}.scores.csv`],
      ['BibTeX', 'references.bib', `${stem}.references.bib`],
    ]);
  });

  test('of a file of the published scripts is that file, as it was', async () => {
    const [, , published] = resultFiles({ kind: 'run', run });
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

test('activations of a model called after a role are taken for the role they are of', () => {
  for (const model of ['train', 'my-test-model']) {
    expect(proposedRole(`${activationsStem('sst-2', model, 'dev')}.safetensors`)).toBe('dev');
  }
});

describe('a figure as files', () => {
  const table: Table = { columns: [{ title: 'a_b', numeric: true }], rows: [[{ value: 0.5, text: '50\u202f%' }]] };
  const picture = {
    svg: (caption: string) => Promise.resolve(`<svg>${caption}</svg>`),
    png: () => Promise.resolve(new Blob(['png'])),
  };
  const figure = { title: 'Is it so?', description: 'Of 1\u202f000 rows', table, stem: 'winnow-x' } as Figure;
  const source = { figure, picture, results: [{ kind: 'run', run }] } as const;

  test('each format makes its own, with one caption', async () => {
    const files = figureFiles(source);
    expect(files.map(({ fileName }) => fileName)).toEqual(
      ['svg', 'png', 'csv', 'tex', 'txt'].map((end) => `winnow-x.${end}`),
    );
    const [svg, png, csv, tex, caption] = await Promise.all(files.map(async ({ content }) => content()));
    expect(png).toEqual(expect.any(Blob));
    expect(csv).toBe('a_b\r\n0.5\r\n');
    const hash = createHash('sha256').update(stored).digest('hex').slice(0, 12);
    expect(caption).toBe(
      'Is it so? Of 1 000 rows. Task SST-2, model reviews (bert, 6 layers of 80 neurons; ' +
        `SHA-256 ${run.model.sha256.slice(0, 12)}); refined protocol, seeds 0, 1 and 2; ` +
        `4 500 train, 500 dev and 800 test rows; run.json SHA-256 ${hash}.\n`,
    );
    expect(svg).toBe(`<svg>${(caption as string).trim()}</svg>`);
    expect(tex).toContain(`\\caption{${(caption as string).trim()}}`);
    expect(tex).toContain('a\\_b \\\\\n\\midrule\n50\\,\\% \\\\\n');
  });

  test('a table stands alone, and files of figures are told from others by name', () => {
    expect(tableFile(table, 'x')).toMatchObject({ fileName: 'x.csv', type: 'text/csv' });
    const names = [
      'winnow-a-layers.svg',
      'winnow-a.png',
      'winnow-a.tex',
      'my-winnow-a.svg',
      'winnow-.svg',
      'winnow.svg',
    ];
    expect(names.filter(isFigureName)).toEqual(['winnow-a-layers.svg', 'winnow-a.png', 'winnow-a.tex']);
  });

  test('all of them are one zip, the same every time', async () => {
    const file = allFiguresFile(source.results, () => [source]);
    expect(file.fileName).toBe('winnow-sst-2-reviews-figures.zip');
    const [zip, again] = [(await file.content()) as Blob, (await file.content()) as Blob];
    expect(Buffer.from(await again.arrayBuffer()).equals(Buffer.from(await zip.arrayBuffer()))).toBe(true);
    const entries = await new ZipReader(new BlobReader(zip), { useWebWorkers: false }).getEntries();
    const figures = figureFiles(source).map(({ fileName }) => fileName);
    expect(entries.map(({ filename }) => filename)).toEqual([...figures, 'references.bib']);
  });
});

describe('the tidy table', async () => {
  const file = resultFiles({ kind: 'run', run }).find(({ name }) => name === 'scores.csv');
  const [header = [], ...rows] = ((await file?.content()) as string)
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  const columns = Object.fromEntries(header.map((name, column) => [name, rows.map((row) => row[column])]));

  test('has these columns, plain numbers in all but four of them', () => {
    expect(header.slice(0, 7)).toEqual(['run', 'part', 'metric', 'layer', 'kind', 'seed', 'value']);
    expect(header.slice(7)).toEqual(['other_layer', 'neurons', 'c', 'layers_loss', 'neurons_loss']);
    for (const [name, values] of Object.entries(columns)) {
      const isText = ['run', 'part', 'metric', 'kind'].includes(name);
      const form = isText ? /^[a-z0-9_.-]*$/ : /^(-?\d+(\.\d+)?(e-?\d+)?)?$/;
      expect(
        values.filter((value) => !form.test(value)),
        name,
      ).toEqual([]);
    }
    expect(new Set(columns.run).size).toBe(1);
    expect(new Set(rows.map((row) => row.join())).size).toBe(rows.length);
  });

  test('has a row a score and a seed, as the run has it', () => {
    const found = rows.filter((row) => row.slice(1, 5).join() === 'test,accuracy,3,individual');
    const { seeds } = run.layers.individual[3].test.accuracy!;
    expect(found.map((row) => [Number(row[5]), Number(row[6])])).toEqual(
      seeds.map((value, index) => [run.options.seeds[index], Number(value?.toPrecision(6))]),
    );
    const kinds = ['oracle', 'individual', 'concatenated', 'majority', 'clustering', 'base', 'size', 'minimal-set'];
    const measured = ['ablation-top', 'oracle-control', 'individual-selectivity', 'biased', 'layer-pair', 'mcnemar'];
    expect([...kinds, ...measured].filter((kind) => !columns.kind.includes(kind))).toEqual([]);
  });
});

test('the tidy table has McNemar’s test of layers, stacks and the finer grid as well', async () => {
  const seeds = [{ onlyOracleRight: 7, onlyReducedRight: 2, p: 0.1796875 }];
  const layer = { layer: 3, seeds };
  const mcnemar = {
    ...run.mcnemar!,
    comparisons: [],
    maxFeatures: { size: 9, seeds },
    bestLayer: layer,
    stacks: [layer],
  };
  const files = resultFiles({ kind: 'run', run: { ...run, mcnemar } });
  const text = (await files.find(({ name }) => name === 'scores.csv')?.content()) as string;
  const found = text.split('\r\n').filter((line) => line.includes('mcnemar') && line.includes(',p,'));
  expect(found.map((line) => line.split(',').slice(1, 9).join())).toEqual([
    'test,p,,max-features-mcnemar,0,0.179688,,9',
    'test,p,3,individual-mcnemar,0,0.179688,,',
    'test,p,3,concatenated-mcnemar,0,0.179688,,',
  ]);
});

describe('LaTeX', () => {
  test('takes no character of a name for a command', () => {
    expect(latexText('R&D 50% of_it #1 {a} ~x^2 \\y $5 <b>')).toBe(
      'R\\&D 50\\% of\\_it \\#1 \\{a\\} \\textasciitilde{}x\\textasciicircum{}2 \\textbackslash{}y \\$5 \\textless{}b\\textgreater{}',
    );
    expect(latexText('a\u202eb\u2066\u0000\u001b[31m\tc\r\n')).toBe('ab[31m c  ');
    expect(latexText('1\u202f000 ± 2 – \u22123')).toBe('1\\,000 $\\pm$ 2 -- $-$3');
  });

  test('breaks a long table over pages', () => {
    const rows = Array.from({ length: 60 }, (_, row) => [{ value: row, text: String(row) }]);
    const tex = latexTable({ columns: [{ title: 'n', numeric: true }], rows }, 'C', 'winnow-x_y');
    expect(tex).toContain('\\begin{longtable}{r}');
    expect(tex).toContain('\\label{tab:winnow-x-y}');
    expect(tex.match(/\\\\$/gm)).toHaveLength(60 + 3);
  });

  test('lays a wide table out for the text of an article', () => {
    const table = (titles: string[], text: string): Table => ({
      columns: titles.map((title) => ({ title, numeric: true })),
      rows: [titles.map(() => ({ value: 1, text }))],
    });
    const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
    expect(latexTable(table(numbers(6), '0.123'), 'C', 'x')).not.toMatch(/small|scriptsize/);
    expect(latexTable(table(numbers(14), '0.123'), 'C', 'x')).toContain(
      '\\scriptsize\n\\setlength{\\tabcolsep}{2.5pt}',
    );
    const broken = latexTable(table(Array<string>(6).fill('on shuffled labels, deviation'), '1'), 'C', 'x');
    expect(broken).toContain('\\begin{tabular}[b]{@{}r@{}}on\\\\shuffled\\\\labels,\\\\deviation\\end{tabular} &');
    const parts = latexTable(table(numbers(40), '0.123'), 'C', 'x').split('\\begin{tabular}');
    expect(parts).toHaveLength(1 + 3);
    expect(parts.slice(1).map((part) => /^0 & /m.test(part))).toEqual([true, true, true]);
    for (let column = 0; column < 40; column++) expect(parts.join('')).toMatch(new RegExp(`(^|& )${column}\\b`, 'm'));
  });

  test('refers to the run and to the paper', async () => {
    const text = await references([{ kind: 'run', run }]);
    expect(text).toMatch(/^@misc\{winnow-[0-9a-f]{12},\n {2}title = /);
    expect(text).toContain(`model SHA-256 ${run.model.sha256}`);
    expect(text).toContain('@inproceedings{dalvi-etal-2020-analyzing,');
  });
});
