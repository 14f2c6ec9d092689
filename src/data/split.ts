/**
 * The paper's split of the official train file into train and dev; the official dev file is the test part
 * (protocols.md §1). Row numbers count from 0 in file order.
 */
import { WinnowError } from '../base/errors.ts';
import { numpyShuffle } from '../base/random.ts';

export const splitSeed = 7361;
const trainShare = 0.9;

export interface RowSplit {
  /** All rows, shuffled: train then dev. */
  order: Int32Array<ArrayBuffer>;
  train: Int32Array<ArrayBuffer>;
  dev: Int32Array<ArrayBuffer>;
}

/**
 * `RandomState(7361).shuffle(arange(rows))`, the first int(0.9 · rows) of them train, the rest dev.
 * @throws WinnowError `bad-data` when one part would be empty.
 */
export function paperSplit(rows: number): RowSplit {
  const cut = Math.floor(rows * trainShare);
  if (!Number.isSafeInteger(rows) || cut < 1) {
    const message = `The train file gives ${rows} ${rows === 1 ? 'row' : 'rows'}; a split into train and dev needs at least 2.`;
    throw new WinnowError('bad-data', message, 'Use a train file with more rows, or raise the number of rows.');
  }
  const order = numpyShuffle(splitSeed, rows);
  return { order, train: order.subarray(0, cut), dev: order.subarray(cut) };
}
