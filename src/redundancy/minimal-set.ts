/**
 * How few neurons are enough (protocols.md §6): sizes of a grid are retrained from small to large until one passes the
 * target; `refined` then halves the last step down to the exact size. What is trained, and how, is the caller's.
 */

export interface Search {
  /** Ascending, below `available`. */
  grid: readonly number[];
  /** All there are: enough by definition. */
  available: number;
  /** Strictly to be passed; null: nothing but all is enough. */
  target: number | null;
  exact: boolean;
  /** Sizes that are retrained together, ascending; answers with their dev scores. */
  scoreAt: (sizes: number[]) => Promise<(number | null)[]>;
}

/** Neurons that one round may retrain in all, as a share of those available. */
const roundShare = 0.05;

/** Sizes of a round at least: a probe trains on one thread, and another one beside it takes hardly longer. */
const fewestSizes = 2;

/** The first size that passes; `available` where none does. */
export async function smallestEnough({ grid, available, target, exact, scoreAt }: Search): Promise<number> {
  if (target === null) return available;
  const passes = (score: number | null) => score !== null && score > target;
  const sizes = grid.filter((size) => size < available);
  let failing = 0;
  let enough = available;
  for (let next = 0; next < sizes.length && enough === available;) {
    const round = roundFrom(sizes, next, available * roundShare);
    const scores = await scoreAt(round);
    const first = scores.findIndex(passes);
    if (first >= 0) enough = round[first];
    failing = first < 0 ? round[round.length - 1] : (round[first - 1] ?? failing);
    next += round.length;
  }
  while (exact && enough - failing > 1) {
    const middle = (failing + enough) >> 1;
    const [score] = await scoreAt([middle]);
    if (passes(score)) enough = middle;
    else failing = middle;
  }
  return enough;
}

function roundFrom(sizes: readonly number[], from: number, budget: number): number[] {
  let spent = sizes[from];
  let end = from + 1;
  while (end < sizes.length && (end - from < fewestSizes || spent + sizes[end] <= budget)) spent += sizes[end++];
  return sizes.slice(from, end);
}
