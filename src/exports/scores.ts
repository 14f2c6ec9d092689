/** `scores.csv`: every score of a run, tidy, one row an observation. */
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
        import('./observations.ts'),
        import('./run-hash.ts'),
        import('./file-names.ts'),
        import('../report/csv.ts'),
        import('../report/observation.ts'),
      ]);
      const [{ sha256 }] = await identified([source]);
      const name = `${resultStem(source)}-${sha256?.slice(0, 12) ?? ''}`;
      return toCsv(observationTable(name, observationsOf(source.run)));
    };
  },
};
