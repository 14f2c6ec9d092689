/** BibTeX entries for a run and for the paper whose method it follows. */
import { importPart } from '../base/load-part.ts';
import type { ResultSource } from '../report/analysis.ts';
import type { Export } from './export.ts';

export const bibtexExport: Export = {
  id: 'bibtex',
  title: 'BibTeX',
  type: 'application/x-bibtex',
  name: 'references.bib',
  note: 'BibTeX entries of the run and of the paper',
  maker: (source) => (source.kind === 'run' ? () => references([source]) : null),
};

/** Of all runs among the results, and of the paper. */
export async function references(sources: readonly ResultSource[]): Promise<string> {
  const [{ paperEntry, runEntry }, { identified }] = await Promise.all([
    importPart(() => import('../report/bibtex.ts')),
    importPart(() => import('./run-hash.ts')),
  ]);
  const runs = (await identified(sources)).flatMap(({ source, sha256 }) => {
    return source.kind === 'run' && sha256 !== null ? [runEntry(source.run, sha256)] : [];
  });
  return [...runs, paperEntry].join('\n');
}
