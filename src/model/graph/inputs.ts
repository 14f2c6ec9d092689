/**
 * Inputs that graphs of several architectures ask for; one that a single architecture asks for lies in its module. T is
 * the padded length. A query is the token that attends, a key one that it attends to.
 */
import { firstPlaceOf, graphInput, isPadded, sizesFeed, type PaddedBatch } from '../batch.ts';
import type { StandardInputs } from './standard-inputs.ts';

/** [rows, T] */
export const ids = graphInput(
  'ids',
  'int32',
  ['rows', 'length'],
  ({ rows, length, ids }) => ({ data: ids, dims: [rows, length] }),
  (given) => given.ids,
);

/** [pooled tokens]: where they lie among all rows × T tokens. */
export const pooledTokens = graphInput(
  'pooledTokens',
  'int32',
  ['pooled'],
  ({ pooled }) => ({ data: pooled, dims: [pooled.length] }),
  (given) => given.flatPlace(),
);

/** [rows, T]. A table of one segment takes no other, whatever the tokenizer says of the second text. */
export const typeIds = (types: number) =>
  graphInput(
    'typeIds',
    'int32',
    ['rows', 'length'],
    ({ rows, length, typeIds }) => ({
      data: types > 1 ? typeIds : new Int32Array(rows * length),
      dims: [rows, length],
    }),
    (given) => (types > 1 ? given.typeIds() : given.zeros()),
  );

/** [rows or 1, T]: rows of the table of positions. @param padding the id that they begin after, null where at 0 */
export const positions = (padding: number | null) =>
  graphInput(
    'positions',
    'int32',
    ['position_rows', 'length'],
    (batch) => {
      const { rows, length, side } = batch;
      const differ = padding !== null || (side === 'left' && isPadded(batch));
      const places = differ ? positionsOf(batch, padding) : Int32Array.from({ length }, (_, index) => index);
      return { data: places, dims: [differ ? rows : 1, length] };
    },
    (given) => writePositions(given, padding),
  );

export function writePositions({ graph, ids, attended }: StandardInputs, padding: number | null): string {
  const along = graph.integers([1]);
  if (padding === null) {
    const before = graph.node('Sub', [graph.node('CumSum', [attended, along]), graph.integers([1])]);
    return graph.node('Max', [before, graph.integers([0])]);
  }
  const other = graph.node('Not', [graph.node('Equal', [ids, graph.integers([padding])])]);
  const counting = graph.node('Mul', [graph.node('Cast', [other], { to: { int: 7 } }), attended]);
  const counted = graph.node('Mul', [graph.node('CumSum', [counting, along]), counting]);
  return graph.node('Add', [counted, graph.integers([padding])]);
}

/**
 * [rows, T]. Source: `create_position_ids_from_input_ids` of transformers: tokens that are not the padding's id count up
 * from the number after it, the others have that id itself.
 */
function positionsOf(batch: PaddedBatch, padding: number | null): Int32Array<ArrayBuffer> {
  const { rows, length, ids, lengths } = batch;
  const positions = new Int32Array(rows * length).fill(padding ?? 0);
  for (let row = 0; row < rows; row += 1) {
    const first = row * length + firstPlaceOf(batch, row);
    let next = padding === null ? 0 : padding + 1;
    for (let at = first; at < first + lengths[row]; at += 1) {
      if (ids[at] !== padding) positions[at] = next++;
    }
  }
  return positions;
}

/** rows, T, width. */
export const batchShape = (width: number) =>
  graphInput(
    `shape${width}`,
    'int64',
    [3],
    ({ rows, length }) => sizesFeed(rows, length, width),
    (given) => given.list(given.rows(), given.length(), width),
  );

/** Added to the attention score of padding: its share after the softmax is exactly 0 in float32. */
const hiddenToken = -10_000;

/** [rows or 1, 1, 1, T]: 0 for a key that is a token, −10,000 for padding. */
export const mask = graphInput(
  'mask',
  'float32',
  ['mask_rows', 1, 1, 'length'],
  (batch) => {
    const mask = maskOf(batch);
    return { data: mask, dims: [mask.length / batch.length, 1, 1, batch.length] };
  },
  (given) => given.graph.once('mask of keys', () => writeMask(given)),
);

function writeMask(given: StandardInputs): string {
  const { graph } = given;
  const hidden = graph.node('Mul', [graph.node('Sub', [graph.floats([1]), given.mask()]), graph.floats([hiddenToken])]);
  return graph.node('Unsqueeze', [hidden, graph.integers([1, 2])]);
}

/** [rows or 1, 1, T, T]: the same for every query. */
export const maskAll = graphInput(
  'maskAll',
  'float32',
  ['mask_rows', 1, 'length', 'length'],
  (batch) => {
    const { length } = batch;
    const mask = maskOf(batch);
    const all = new Float32Array(mask.length * length);
    for (let at = 0; at < mask.length; at += length) {
      const line = mask.subarray(at, at + length);
      for (let query = 0; query < length; query += 1) all.set(line, (at + query) * length);
    }
    return { data: all, dims: [mask.length / length, 1, length, length] };
  },
  (given) =>
    given.graph.node('Expand', [mask.write(given), given.list(given.rows(), 1, given.length(), given.length())]),
);

function maskOf(batch: PaddedBatch): Float32Array<ArrayBuffer> {
  const { rows, length, lengths } = batch;
  if (!isPadded(batch)) return new Float32Array(length);
  const mask = new Float32Array(rows * length).fill(hiddenToken);
  for (let row = 0; row < rows; row += 1) {
    const first = row * length + firstPlaceOf(batch, row);
    mask.fill(0, first, first + lengths[row]);
  }
  return mask;
}
