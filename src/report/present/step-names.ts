/** What the steps of a presentation are called, in their order. */
export const presentStepNames = ['layers', 'similarity', 'clusters', 'remains', 'answer', 'try'] as const;
export type PresentStepName = (typeof presentStepNames)[number];

/**
 * Which of the steps that a result has is meant, from 0: by name, the one before where it has none of that name; by
 * number from 1, the last where there are fewer.
 * @param steps names of those that it has, in order; at least one
 */
export function stepMeant(steps: readonly PresentStepName[], asked: PresentStepName | number): number {
  if (typeof asked === 'number') return Math.max(0, Math.min(asked, steps.length) - 1);
  const place = presentStepNames.indexOf(asked);
  return Math.max(
    0,
    steps.findLastIndex((name) => presentStepNames.indexOf(name) <= place),
  );
}
