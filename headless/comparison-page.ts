/** `report.html` of a comparison: its results and what stands beside them in one HTML file, with no text that is not revealed. */
import type { ComparedLayers } from '../src/compare/layers.ts';
import type { ComparedRun } from '../src/compare/run.ts';
import type { FailedRun } from '../src/compare/summary.ts';
import type { PublishedComparison } from '../src/publication/page-file.ts';
import { checkPublication, firstPublication, type Publication } from '../src/publication/publication.ts';
import { publishedList, publishedRuns, type PublishedPart } from '../src/publication/run.ts';
import { buildIfNeeded } from './build.ts';
import type { CommandControl } from './command.ts';
import { comparedTitle, filledPage } from './one-file.ts';

interface Compared {
  runs: readonly ComparedRun[];
  base: ComparedRun;
  failed: readonly FailedRun[];
  layers: readonly ComparedLayers[];
}

/** Files of the published scripts stand in the tables alone. Null where there is no other result. */
export async function comparisonPage(
  { runs, base, failed, layers }: Compared,
  revealed: Publication['revealed'],
  { progress, signal }: Pick<CommandControl, 'signal' | 'progress'>,
): Promise<{ file: Uint8Array<ArrayBuffer>; parts: PublishedPart[] } | null> {
  const shown = runs.flatMap(({ source, title }) => (source.kind === 'run' ? [{ run: source.run, title }] : []));
  if (shown.length === 0) return null;
  const placeOf = (title: string): number => shown.findIndex((one) => one.title === title);
  const comparison: PublishedComparison = {
    base: Math.max(0, placeOf(base.title)),
    failed: failed.map((one, place) => publishedFailure(one, place, revealed)),
    layers: layers.map(({ first, other, rows, cka }) => ({
      ...{ first: placeOf(first), other: placeOf(other), rows, cka },
    })),
  };
  const read = shown.map(({ run }) => run);
  const publication = checkPublication({ ...firstPublication(comparedTitle(read)), revealed }, 'the page');
  await buildIfNeeded(progress.say, signal);
  const file = await filledPage({ publication, runs: await publishedRuns(read, revealed), comparison });
  return { file, parts: publishedList(read, revealed) };
}

/** Its name is the author's, and what was said of it may name files. */
function publishedFailure({ title, reason }: FailedRun, place: number, revealed: Publication['revealed']): FailedRun {
  return {
    title: revealed.includes('names') ? title : `row ${place + 1} of those that failed`,
    reason: revealed.includes('notices') ? reason : '',
  };
}
