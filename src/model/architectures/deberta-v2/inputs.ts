/** What DeBERTa's graph is fed with beside the tokens: which row of the table of distances each distance has. */
import { fromPooled, graphInput } from '../../batch.ts';
import { writeClasses, type DistanceClasses } from '../../graph/distances.ts';
import type { StandardInputs } from '../../graph/standard-inputs.ts';

/** [2T]: the rows of query − key = T, T − 1, …, 1 − T. */
export const rowsFromQuery = (classes: DistanceClasses) => along('rowsFromQuery', classes, -1);

/** [2T]: the rows of query − key = −T, 1 − T, …, T − 1: of those above, seen from the key. */
export const rowsFromKey = (classes: DistanceClasses) => along('rowsFromKey', classes, 1);

function along(name: string, classes: DistanceClasses, step: 1 | -1) {
  return graphInput(
    name,
    'int32',
    ['distances'],
    ({ length }) => ({
      data: Int32Array.from({ length: 2 * length }, (_, index) => classes.of(step * (index - length))),
      dims: [2 * length],
    }),
    (given) => writeClasses(given, writeDistances(given, step), classes),
  );
}

/** int64 [2T]: from −T upwards, or from T downwards. */
function writeDistances(given: StandardInputs, step: 1 | -1): string {
  const { graph } = given;
  const length = given.scalar(given.length());
  const [low, high] = [graph.node('Neg', [length]), length];
  const [start, end] = step === 1 ? [low, high] : [high, low];
  return graph.node('Range', [start, end, given.scalar(graph.integers([step]))]);
}

/** [rows, T]: the rows of the pooled token's place − the key's. */
export const rowsFromPooled = (classes: DistanceClasses) =>
  graphInput(
    'rowsFromPooled',
    'int32',
    ['rows', 'length'],
    (batch) => fromPooled(batch, (key, query) => classes.of(query - key)),
    (given) => writeClasses(given, given.graph.node('Neg', [given.readDistances()]), classes),
  );
