/**
 * One neuron for each cluster (protocols.md §5). Labels are 1 … clusters, one a neuron; 0 belongs to none. Answers are
 * neurons in the order of the clusters' numbers.
 */
import { firstLargest } from '../base/numbers.ts';
import type { Mt19937 } from '../base/random.ts';
import { rowOffset } from '../compute/products/condensed.ts';
import { membersOf } from './clusters.ts';
import type { Correlation } from './correlation.ts';

/**
 * `paper`: `numpy.random.choice(members)` cluster by cluster.
 * @param random goes on from what it drew before: the shuffle that made the split, then earlier clusterings.
 */
export function drawnRepresentatives(labels: Int32Array, random: Mt19937): number[] {
  return membersOf(labels).map((members) => random.choice(members));
}

/** |r| in whole steps of 2⁻³¹, so that sums are exact in any order and equal neurons tie. */
const steps = 2 ** 31;

/** `refined`: the member with the largest mean |r| to the others; of equals the lowest. */
export function medoids(labels: Int32Array, { distances, width }: Correlation): number[] {
  return membersOf(labels).map((members) => {
    const sums = new Float64Array(members.length);
    members.forEach((neuron, a) => {
      const offset = rowOffset(neuron, width);
      for (let b = a + 1; b < members.length; b++) {
        const similarity = Math.round((1 - distances[offset + members[b]]) * steps);
        sums[a] += similarity;
        sums[b] += similarity;
      }
    });
    return members[firstLargest(sums)];
  });
}

/** The member that varies most over rows; of equals the lowest. */
export function mostVarying(labels: Int32Array, { deviation }: Correlation): number[] {
  return membersOf(labels).map((members) => members[firstLargest(members.map((neuron) => deviation[neuron]))]);
}
