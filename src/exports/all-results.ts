/** `all_results.json`: a run's selections in the layout of the published scripts, or the file of theirs that was opened. */
import { importPart } from '../base/load-part.ts';
import type { Export } from './export.ts';

export const allResultsExport: Export = {
  id: 'all-results',
  title: 'all_results.json',
  type: 'application/json',
  name: 'all_results.json',
  note: 'the published layout',
  // A file of the published scripts brings its own name.
  ending: (source) => (source.kind === 'run' ? 'all_results.json' : 'json'),
  maker: (source) => {
    if (source.kind === 'published') {
      return async () =>
        (await importPart(() => import('../published/all-results.ts'))).writeAllResults(source.results.document);
    }
    if (!source.run.selection?.length) return null;
    return async () => (await importPart(() => import('../published/all-results-write.ts'))).allResultsText(source.run);
  },
};
