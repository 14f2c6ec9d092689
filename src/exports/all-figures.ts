/** All figures on screen as one zip: each in all its formats, and the references that their captions need. */
import { importPart } from '../base/load-part.ts';
import type { ResultSource } from '../report/analysis.ts';
import { bibtexExport, references } from './bibtex.ts';
import type { SavedFile } from './export.ts';
import { figureFiles, type FigureSource } from './figure-formats.ts';
import { resultStem } from './file-names.ts';

/** @param figures those on screen when the file is asked for. */
export function allFiguresFile(results: readonly ResultSource[], figures: () => FigureSource[]): SavedFile {
  return {
    title: 'All figures',
    type: 'application/zip',
    fileName: `${results[0] ? resultStem(results[0]) : 'winnow'}-figures.zip`,
    content: () => zipped(results, figures()),
  };
}

/** Entries have the time of the run, so that the same result gives the same bytes. */
async function zipped(results: readonly ResultSource[], figures: readonly FigureSource[]): Promise<Blob> {
  const { BlobReader, BlobWriter, ZipWriter } = await importPart(() => import('@zip.js/zip.js'));
  const [first] = results;
  const lastModDate = new Date(first?.kind === 'run' ? first.run.created : 0);
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false, lastModDate });
  const files = figures.flatMap(figureFiles);
  for (const { fileName, content } of files) await writer.add(fileName, new BlobReader(new Blob([await content()])));
  await writer.add(bibtexExport.name, new BlobReader(new Blob([await references(results)])));
  return writer.close();
}
