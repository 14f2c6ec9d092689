/** The files that a figure can be saved as: its picture in a preset's size, its numbers, its caption. */
import { importPart } from '../base/load-part.ts';
import type { ResultSource } from '../report/analysis.ts';
import type { Figure } from '../report/chart.ts';
import { toCsv } from '../report/csv.ts';
import type { Content, SavedFile } from './export.ts';
import { isStem } from './file-names.ts';

/** Draws a figure for a preset; the caption becomes part of an SVG. */
export interface Picture {
  svg(caption: string): Promise<string>;
  png(): Promise<Blob>;
}

/** A figure with what its files are made of. */
export interface FigureSource {
  figure: Figure;
  picture: Picture;
  /** The results that it shows. */
  results: readonly ResultSource[];
}

interface FigureFormat extends Pick<SavedFile, 'title' | 'type'> {
  /** Of the file's name, with its dot. */
  ending: string;
  content: (source: FigureSource) => Content | Promise<Content>;
}

const csv = { title: 'CSV', ending: '.csv', type: 'text/csv' };

const figureFormats: readonly FigureFormat[] = [
  {
    title: 'SVG',
    ending: '.svg',
    type: 'image/svg+xml',
    content: async (source) => source.picture.svg(await captionOf(source)),
  },
  { title: 'PNG', ending: '.png', type: 'image/png', content: ({ picture }) => picture.png() },
  { ...csv, content: ({ figure }) => toCsv(figure.table) },
  {
    title: 'LaTeX',
    ending: '.tex',
    type: 'application/x-tex',
    content: async (source) => {
      const { table, stem } = source.figure;
      return (await importPart(() => import('../report/latex.ts'))).latexTable(table, await captionOf(source), stem);
    },
  },
  { title: 'Caption', ending: '.txt', type: 'text/plain', content: async (source) => `${await captionOf(source)}\n` },
];

async function captionOf({ figure, results }: FigureSource): Promise<string> {
  const [{ captionText }, { identified }] = await Promise.all([
    importPart(() => import('../report/caption.ts')),
    importPart(() => import('./run-hash.ts')),
  ]);
  return captionText(figure, await identified(results));
}

export function figureFiles(source: FigureSource): SavedFile[] {
  return figureFormats.map(({ title, type, ending, content }) => {
    return { title, type, fileName: source.figure.stem + ending, content: () => content(source) };
  });
}

/** A table that stands without a figure. */
export function tableFile(table: Figure['table'], stem: string): SavedFile {
  return { title: csv.title, type: csv.type, fileName: stem + csv.ending, content: () => toCsv(table) };
}

/** Whether a file is called as one of a figure's. */
export function isFigureName(name: string): boolean {
  return figureFormats.some(({ ending }) => name.endsWith(ending) && isStem(name.slice(0, -ending.length)));
}
