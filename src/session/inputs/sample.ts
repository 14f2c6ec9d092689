/**
 * The rows of a quick look: of every part at most so many, drawn by a seed that never changes. Which they are depends on
 * the number of rows alone, so a run with all rows goes on from them. A file may be sorted by label: its head would be no
 * fair sample.
 */
import { numpyShuffle } from '../../base/random.ts';
import { quickLookRows } from '../../data/sample.ts';

const sampleSeed = 2020;

/** What decides the draw; part of the key under which activations are kept. */
export const sampleIdentity = `sample ${quickLookRows} ${sampleSeed}`;

/** Rows of [from, to), ascending; all of them where there are no more than a quick look takes. */
export function drawSample(from: number, to: number): Int32Array {
  if (to - from <= quickLookRows) return Int32Array.from({ length: to - from }, (_, row) => from + row);
  const drawn = numpyShuffle(sampleSeed, to - from).subarray(0, quickLookRows);
  return Int32Array.from(drawn, (row) => from + row).sort();
}
