/** `scores.csv`: every score of a run, tidy, one row an observation. */
import { importPart } from '../base/load-part.ts';
import type { Export } from './export.ts';

export const scoresExport: Export = {
  id: 'scores',
  title: 'Scores (CSV)',
  type: 'text/csv',
  name: 'scores.csv',
  note: 'every score, one row an observation',
  maker: (source) => {
    if (source.kind !== 'run') return null;
    return async () => {
      const [{ observationsOf }, { identified }, { resultStem }, { toCsv }, { observationTable }] = await Promise.all([
        importPart(() => import('./observations.ts')),
        importPart(() => import('./run-hash.ts')),
        importPart(() => import('./file-names.ts')),
        importPart(() => import('../report/csv.ts')),
        importPart(() => import('../report/observation.ts')),
      ]);
      const [{ sha256 }] = await identified([source]);
      const name = `${resultStem(source)}-${sha256?.slice(0, 12) ?? ''}`;
      return toCsv(observationTable(name, observationsOf(source.run)));
    };
  },
};
