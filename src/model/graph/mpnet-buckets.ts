/** MPNet's classes of distance between two tokens, each with a bias of its own. */

/** Half of them for keys that follow the query; transformers computes with 32 whatever the config says. */
export const mpnetBuckets = 32;
const farthest = 128;

/**
 * The class of a distance, key − query: near ones each have their own, far ones share by logarithm, in float32 as
 * `MPNetEncoder.relative_position_bucket` of transformers.
 */
export function mpnetBucket(distance: number): number {
  const half = mpnetBuckets / 2;
  const exact = half / 2;
  const side = distance > 0 ? half : 0;
  const size = Math.abs(distance);
  if (size < exact) return side + size;
  const share = Math.fround(Math.fround(Math.log(size / exact)) / Math.fround(Math.log(farthest / exact)));
  return side + Math.min(half - 1, exact + Math.floor(Math.fround(share * exact)));
}
