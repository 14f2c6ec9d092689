/** Runs of several columns of labels, one after the other: the activations of the first serve all of them. */
import type { SavableInputs } from './input-files.svelte.ts';
import type { JobPhase } from './job.svelte.ts';

/** The page, as far as it runs. */
interface SeriesHost {
  readonly job: { readonly phase: JobPhase };
  series: string;
  note: string | null;
  make(inputs: SavableInputs, again: () => Promise<void>): Promise<string | null>;
  showMade(ids: string[]): void;
}

interface Ended {
  /** Ids of results. */
  made: string[];
  /** One sentence each on the columns whose labels cannot be used. */
  lost: string[];
}

/** Shows all results when the last run has ended. Cancelled, or failed for another reason than its labels, it goes no further. */
export async function runSeries(
  app: SeriesHost,
  columns: readonly string[],
  inputs: SavableInputs,
  from = 0,
  { made, lost }: Ended = { made: [], lost: [] },
): Promise<void> {
  const { request } = inputs;
  for (const [at, column] of columns.entries()) {
    if (at < from) continue;
    app.series = `, run ${at + 1} of ${columns.length} (${column})`;
    const corrections = { ...request.corrections, columns: { ...request.corrections.columns, label: column } };
    const ofColumn = { ...inputs, request: { ...request, corrections } };
    const id = await app.make(ofColumn, () => runSeries(app, columns, inputs, at, { made, lost }));
    const { phase } = app.job;
    if (id !== null) made.push(id);
    else if (phase.name === 'failed' && phase.error.code === 'bad-data' && (made.length > 0 || at + 1 < columns.length))
      lost.push(`\`${column}\` gave no result: ${phase.error.message}`);
    else {
      const before = `${made.length === 1 ? '1 result of columns before is' : `${made.length} results of columns before are`} among the past runs.`;
      if (made.length > 0) app.note = [app.note, before].filter(Boolean).join(' ');
      return;
    }
  }
  app.showMade(made);
  if (lost.length > 0) app.note = lost.join(' ');
}
