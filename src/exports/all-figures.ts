/** All figures on screen as one zip: each in all its formats, and the references that their captions need. */
import { importPart } from '../base/load-part.ts';
import type { ResultSource } from '../report/analysis.ts';
import type { SavedFile } from './export.ts';
import type { FigureSource } from './figure-formats.ts';
import { resultStem } from './file-names.ts';

/** @param figures those on screen when the file is asked for. */
export function allFiguresFile(results: readonly ResultSource[], figures: () => FigureSource[]): SavedFile {
  return {
    title: 'All figures',
    type: 'application/zip',
    fileName: `${results[0] ? resultStem(results[0]) : 'winnow'}-figures.zip`,
    content: async () => (await importPart(() => import('./figures-zip.ts'))).figuresZip(results, figures()),
  };
}
