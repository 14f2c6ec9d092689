/** The files of a comparison: the same from the page and from the command line. */
import { comparedLayersTable, type ComparedLayers } from '../compare/layers.ts';
import { overlapTable } from '../compare/overlap-table.ts';
import { overlapsAmong } from '../compare/overlap.ts';
import { paperCells, paperTables, paperTitle } from '../compare/paper-table.ts';
import type { ComparedRun } from '../compare/run.ts';
import { summaryRows, summaryTable, type FailedRun } from '../compare/summary.ts';
import { comparisonTable } from '../compare/table.ts';
import { clustersAtShared } from '../compare/windows.ts';
import { toCsv } from '../report/csv.ts';
import { latexTable } from '../report/latex.ts';
import { textCell, textColumn, type Table } from '../report/table.ts';

/** In the order of writing; some are left out where results have nothing of the kind. */
export const comparisonNames = [
  'summary.csv',
  'summary.jsonl',
  'comparison.csv',
  'comparison.tex',
  'overlap.csv',
  'windows.csv',
  'layers.csv',
  'paper.csv',
  'paper.tex',
] as const;

/** All of it as one HTML file, which the command line writes beside the tables. */
export const comparisonReport = 'report.html';

export interface ComparisonFile {
  name: (typeof comparisonNames)[number];
  content: string;
}

/** @param base one of the runs; null where there are none. */
export function comparisonFiles(
  runs: readonly ComparedRun[],
  base: ComparedRun | null,
  failed: readonly FailedRun[] = [],
  layers: readonly ComparedLayers[] = [],
): ComparisonFile[] {
  const rows = summaryRows(runs, base, failed);
  const compared = base && comparisonTable(runs, base).table;
  const overlap = overlapTable(overlapsAmong(runs));
  const windows = clustersAtShared(runs);
  const papers = paperTables(runs);
  const files: [ComparisonFile['name'], string | null][] = [
    ['summary.csv', toCsv(summaryTable(rows))],
    ['summary.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join('')],
    ['comparison.csv', compared && toCsv(compared)],
    ['comparison.tex', compared && latexTable(compared, 'Results compared', 'comparison')],
    ['overlap.csv', overlap && toCsv(overlap)],
    ['windows.csv', windows && toCsv(windows.table)],
    ['layers.csv', layers.length === 0 ? null : toCsv(comparedLayersTable(layers))],
    ['paper.csv', papers.length === 0 ? null : toCsv(joined(papers.map(withTitle)))],
    [
      'paper.tex',
      papers.length === 0
        ? null
        : papers.map((one, place) => latexTable(paperCells(one), paperTitle(one), `paper-${place + 1}`)).join('\n'),
    ],
  ];
  return files.flatMap(([name, content]) => (content === null ? [] : [{ name, content }]));
}

function withTitle(paper: Parameters<typeof paperCells>[0]): Table {
  const { columns, rows } = paperCells(paper);
  return {
    columns: [textColumn('study'), ...columns],
    rows: rows.map((row) => [textCell(paperTitle(paper)), ...row]),
  };
}

/** Tables of the same columns below each other. */
function joined(tables: readonly Table[]): Table {
  return { columns: tables[0]?.columns ?? [], rows: tables.flatMap(({ rows }) => rows) };
}
