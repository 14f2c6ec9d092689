/** The mean of the vectors that lie one after the other in `all`, summed in float32 as PyTorch and numpy sum. */
export function writeMean(mean: Float32Array, all: Float32Array): void {
  const width = mean.length;
  mean.set(all.subarray(0, width));
  const count = all.length / width;
  if (count === 1) return;
  for (let index = 0; index < width; index += 1) {
    for (let at = index + width; at < all.length; at += width) mean[index] += all[at];
    mean[index] /= count;
  }
}
