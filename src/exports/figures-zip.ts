/** The zip of all figures on screen. Apart from what offers it: the library that writes zips is not needed before. */
import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js';
import type { ResultSource } from '../report/analysis.ts';
import { bibtexExport, references } from './bibtex.ts';
import { figureFiles, type FigureSource } from './figure-formats.ts';

/** Entries have the time of the run, so that the same result gives the same bytes. */
export async function figuresZip(results: readonly ResultSource[], figures: readonly FigureSource[]): Promise<Blob> {
  const [first] = results;
  const lastModDate = new Date(first?.kind === 'run' ? first.run.created : 0);
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false, lastModDate });
  const files = figures.flatMap(figureFiles);
  for (const { fileName, content } of files) await writer.add(fileName, new BlobReader(new Blob([await content()])));
  await writer.add(bibtexExport.name, new BlobReader(new Blob([await references(results)])));
  return writer.close();
}
