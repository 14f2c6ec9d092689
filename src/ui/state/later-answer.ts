/** A run with one more answer: it stands among the run's own, with its test, and the verdict follows. */
import { sameQuestion } from '../../report/neurons/question.ts';
import { verdictRecord } from '../../report/verdict/verdict.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { LaterAnswer } from '../../session/contract.ts';
import type { OpenResults } from './open-results.svelte.ts';

/** Whether the run is there still. */
export function joinAnswer(
  { results }: { results: Pick<OpenResults, 'grow'> },
  id: string,
  answer: LaterAnswer,
): Promise<boolean> {
  return results.grow(id, (run) => withAnswer(run, answer));
}

function withAnswer(run: RunFile, { entry, comparison }: LaterAnswer): RunFile {
  const selection = [...(run.selection ?? []).filter((other) => !sameQuestion(other, entry)), entry];
  const tests = run.mcnemar ?? { method: 'exact' as const, comparisons: [] };
  const comparisons = comparison
    ? [...tests.comparisons.filter((other) => !sameQuestion(other, comparison)), comparison]
    : tests.comparisons;
  const grown = { ...run, selection, ...(comparison && { mcnemar: { ...tests, comparisons } }) };
  return { ...grown, verdict: verdictRecord(grown) };
}
