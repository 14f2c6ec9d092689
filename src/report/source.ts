/** A result with the kind of file that it was read from, and what both kinds have in common. */
import type { PublishedResults } from '../published/all-results.ts';
import { tasks } from '../data/tasks.ts';
import type { RunFile } from '../run/run-file.ts';
import { analysisOfPublished, analysisOfRun, type Analysis } from './analysis.ts';

export type ResultSource = { kind: 'run'; run: RunFile } | { kind: 'published'; results: PublishedResults };

export function analysisOf(source: ResultSource): Analysis {
  return source.kind === 'run' ? analysisOfRun(source.run) : analysisOfPublished(source.results);
}

/** "SST-2 · minilm-sst2": a run's name on the page. */
export function runTitle(run: RunFile): string {
  return `${tasks[run.data.task].title} · ${run.model.name}`;
}
