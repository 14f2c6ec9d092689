/** The files that a figure can be saved as: its picture as it stands on screen, and the table of its numbers. */
import type { Figure } from '../report/chart.ts';
import { toCsv } from '../report/csv.ts';
import type { Content, SavedFile } from './export.ts';
import { isStem } from './file-names.ts';

/** Copies what a screen shows of a figure. */
export interface Picture {
  svg(): string;
  png(): Promise<Blob>;
}

interface FigureFormat extends Pick<SavedFile, 'title' | 'type'> {
  /** Of the file's name, with its dot. */
  ending: string;
  /** Whether the file is for looking at: the command line saves these. */
  isPicture: boolean;
  content: (table: Figure['table'], picture: Picture) => Content | Promise<Content>;
}

const csv = { title: 'CSV', ending: '.csv', type: 'text/csv', isPicture: false, content: toCsv };

const figureFormats: readonly FigureFormat[] = [
  { title: 'SVG', ending: '.svg', type: 'image/svg+xml', isPicture: true, content: (_, picture) => picture.svg() },
  { title: 'PNG', ending: '.png', type: 'image/png', isPicture: true, content: (_, picture) => picture.png() },
  csv,
];

export const pictureFormats = figureFormats.filter(({ isPicture }) => isPicture);

export function figureFiles(figure: Figure, picture: Picture): SavedFile[] {
  return figureFormats.map(({ title, type, ending, content }) => {
    return { title, type, fileName: figure.stem + ending, content: () => content(figure.table, picture) };
  });
}

/** A table that stands without a figure. */
export function tableFile(table: Figure['table'], stem: string): SavedFile {
  return { title: csv.title, type: csv.type, fileName: stem + csv.ending, content: () => toCsv(table) };
}

/** Whether a file is called as a saved picture of a figure. */
export function isPictureName(name: string): boolean {
  return pictureFormats.some(({ ending }) => name.endsWith(ending) && isStem(name.slice(0, -ending.length)));
}
