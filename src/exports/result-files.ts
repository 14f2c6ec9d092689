/** The files that a result can be saved as: a line for each sort. The first makes a folder of files a result. */
import type { ResultSource } from '../report/analysis.ts';
import { allResultsExport } from './all-results.ts';
import { bibtexExport } from './bibtex.ts';
import type { Export, SavedFile } from './export.ts';
import { resultStem } from './file-names.ts';
import { runExport } from './run.ts';
import { scoresExport } from './scores.ts';

export const resultExports: readonly [Export, ...Export[]] = [runExport, scoresExport, allResultsExport, bibtexExport];

export interface ResultFile extends SavedFile, Pick<Export, 'id' | 'name'> {}

export function resultFiles(source: ResultSource): ResultFile[] {
  const stem = resultStem(source);
  return resultExports.flatMap(({ ending, maker, ...file }) => {
    const content = maker(source);
    return content ? [{ ...file, fileName: `${stem}.${ending?.(source) ?? file.name}`, content }] : [];
  });
}
