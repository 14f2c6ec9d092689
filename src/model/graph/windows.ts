/** Attention masks of models whose tokens do not see all others: none that follow, or none farther than some tokens. */
import { firstPlaceOf, graphInput, isPadded, type Feed, type GraphInput, type PaddedBatch } from '../batch.ts';
import type { StandardInputs } from './standard-inputs.ts';

/** How many tokens before and after itself a token sees; Infinity for all. */
export interface Window {
  before: number;
  after: number;
}

export const everyone: Window = { before: Infinity, after: Infinity };
export const onlyEarlier: Window = { before: Infinity, after: 0 };

/** Added to the score of a key that is not seen. Those of decoders reach some thousands, more than encoders' do. */
const unseen = -1e9;

/**
 * [rows or 1, 1, T, T], of the pooled token [rows, 1, 1, T]: 0 for a key that is seen, else −10⁹.
 * @param alone only the pooled token of each row attends
 */
export function windowMask(window: Window, alone: boolean): GraphInput {
  const name = `seen${window.before}And${window.after}${alone ? 'Pooled' : ''}`.replaceAll('Infinity', 'All');
  return graphInput(
    name,
    'float32',
    alone ? ['rows', 1, 1, 'length'] : ['mask_rows', 1, 'length', 'length'],
    (batch) => (alone ? pooledMask(batch, window) : wholeMask(batch, window)),
    (given) => writeMask(given, window, alone),
  );
}

function wholeMask(batch: PaddedBatch, window: Window): Feed {
  const { rows, length } = batch;
  const masks = isPadded(batch) ? rows : 1;
  const all = new Float32Array(masks * length * length).fill(unseen);
  for (let row = 0; row < masks; row += 1) {
    for (let query = 0; query < length; query += 1) {
      const [from, to] = seenFrom(batch, row, query, window);
      const line = (row * length + query) * length;
      if (to > from) all.fill(0, line + from, line + to);
    }
  }
  return { data: all, dims: [masks, 1, length, length] };
}

function pooledMask(batch: PaddedBatch, window: Window): Feed {
  const { rows, length, pooled } = batch;
  const all = new Float32Array(rows * length).fill(unseen);
  for (let row = 0; row < rows; row += 1) {
    const [from, to] = seenFrom(batch, row, pooled[row] % length, window);
    all.fill(0, row * length + from, row * length + to);
  }
  return { data: all, dims: [rows, 1, 1, length] };
}

/** The places in the padded row that the token at `query` sees, from the first to before the second. */
function seenFrom(batch: PaddedBatch, row: number, query: number, { before, after }: Window): [number, number] {
  const first = firstPlaceOf(batch, row);
  return [Math.max(first, query - before), Math.min(first + batch.lengths[row], query + after + 1)];
}

function writeMask(given: StandardInputs, { before, after }: Window, alone: boolean): string {
  const { graph } = given;
  const padding = given.graph.once('unseen padding', () => {
    const none = graph.node('Sub', [graph.floats([1]), given.mask()]);
    return graph.node('Unsqueeze', [graph.node('Mul', [none, graph.floats([unseen])]), graph.integers([1, 2])]);
  });
  const distances = alone ? given.readDistances() : given.distances();
  const beyond = [
    ...(after === Infinity ? [] : [graph.node('Greater', [distances, graph.integers([after])])]),
    ...(before === Infinity ? [] : [graph.node('Less', [distances, graph.integers([-before])])]),
  ].map((where) => graph.node('Mul', [given.float32(where), graph.floats([unseen])]));
  const far = beyond.map((one) => graph.node('Unsqueeze', [one, graph.integers(alone ? [1, 2] : [1])]));
  const mask = far.reduce((sum, one) => graph.node('Add', [sum, one]), padding);
  if (alone || beyond.length > 0) return mask;
  return graph.node('Expand', [mask, given.list(given.rows(), 1, given.length(), given.length())]);
}
