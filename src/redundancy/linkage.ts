/**
 * Average linkage as SciPy computes it, bit for bit: nearest-neighbour chain (Müllner 2011), stable sort of the heights,
 * names by union-find (scipy/cluster/_hierarchy.pyx: `nn_chain`, `label`). Distances are condensed as SciPy's `pdist`:
 * [n(n − 1)/2], pairs (0, 1), (0, 2) … (n − 2, n − 1). The dendrogram is SciPy's Z, [n − 1, 4] row by row: the two clusters
 * merged (row k makes cluster n + k), the height, the leaves below. Memory beside the distances is O(n).
 */
import type { Control } from '../base/abort.ts';
import { TimeSlices } from '../base/pace.ts';
import { pairCount, rowOffset } from '../compute/products/condensed.ts';

/** Columns of a row of Z. */
export const linkageColumns = 4;

/** The matrix is packed again once this share of it is dead: later scans then run over fewer cache lines. */
const deadShare = 0.25;

/**
 * @param distances condensed, finite; used as working storage and worthless afterwards.
 * @param n points, at least 1; one point gives an empty Z.
 * Progress counts pairs of clusters that are done with.
 * @throws RangeError where `distances` are not those of n points or not finite; DOMException AbortError.
 */
export async function linkage(
  distances: Float64Array,
  n: number,
  control: Control = {},
): Promise<Float64Array<ArrayBuffer>> {
  const total = pairCount(n);
  if (distances.length !== total) throw new RangeError(`${n} points have ${total} distances, not ${distances.length}.`);
  if (!allFinite(distances)) throw new RangeError('A distance is not a finite number.');
  const chain = new NeighbourChain(distances, n);
  const pace = new TimeSlices(control);
  while (chain.live > 1) {
    chain.merge();
    if (pace.due()) await pace.pause(total - pairCount(chain.live), total);
  }
  control.progress?.(total, total);
  return named(chain.merges, n);
}

/** `every` would call a function for each of 50 million numbers. */
function allFinite(values: Float64Array): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += values[i] * 0;
  return zero === 0;
}

/** Clusters are known by the place that their last merged point had in the matrix; a merge frees the lower place. */
class NeighbourChain {
  live: number;
  /** In the order found: names of the two, height, leaves. */
  readonly merges: Float64Array;
  readonly #distances: Float64Array;
  /** Points of the matrix as it is packed now. */
  #points: number;
  /** Place of each packed point in the matrix as it was given. */
  readonly #names: Int32Array;
  /** Leaves of the cluster at each packed place; 0 where it was merged into another. */
  readonly #sizes: Float64Array;
  readonly #offsets: Int32Array;
  readonly #chain: Int32Array;
  #chainLength = 0;

  constructor(distances: Float64Array, n: number) {
    this.#distances = distances;
    this.#points = this.live = n;
    this.#names = Int32Array.from({ length: n }, (_, i) => i);
    this.#sizes = new Float64Array(n).fill(1);
    this.#offsets = Int32Array.from({ length: n }, (_, i) => rowOffset(i, n));
    this.#chain = new Int32Array(n);
    this.merges = new Float64Array((n - 1) * linkageColumns);
  }

  /** Follows nearest neighbours until two are each other's, and merges these. */
  merge(): void {
    const chain = this.#chain;
    if (this.#chainLength === 0) {
      chain[0] = this.#sizes.findIndex((size) => size > 0);
      this.#chainLength = 1;
    }
    for (;;) {
      const x = chain[this.#chainLength - 1];
      const previous = this.#chainLength > 1 ? chain[this.#chainLength - 2] : -1;
      const y = this.#nearest(x, previous);
      if (y === previous) {
        this.#chainLength -= 2;
        this.#join(Math.min(x, y), Math.max(x, y));
        return;
      }
      chain[this.#chainLength++] = y;
    }
  }

  /** The lowest of the nearest live places; `previous` goes before its equals, or the chain could run in circles. */
  #nearest(x: number, previous: number): number {
    const distances = this.#distances;
    const points = this.#points;
    let nearest = previous;
    let least = previous < 0 ? Infinity : this.#distance(x, previous);
    for (let i = 0, at = x - 1; i < x; i++, at += points - 1 - i) {
      const distance = distances[at];
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    const offset = this.#offsets[x];
    for (let i = x + 1; i < points; i++) {
      const distance = distances[offset + i];
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }

  #distance(x: number, y: number): number {
    return this.#distances[x < y ? this.#offsets[x] + y : this.#offsets[y] + x];
  }

  /** x < y: the new cluster lies at y. */
  #join(x: number, y: number): void {
    const sizes = this.#sizes;
    const sizeX = sizes[x];
    const sizeY = sizes[y];
    const row = [this.#names[x], this.#names[y], this.#distance(x, y), sizeX + sizeY];
    this.merges.set(row, (this.#names.length - this.live) * linkageColumns);
    sizes[x] = 0;
    sizes[y] = sizeX + sizeY;
    this.live--;
    this.#average(x, y, sizeX, sizeY);
    if (this.live < (1 - deadShare) * this.#points) this.#pack();
  }

  /** Distances of the new cluster at y; those of x become infinite, so that no search has to ask who is live. */
  #average(x: number, y: number, sizeX: number, sizeY: number): void {
    const distances = this.#distances;
    const points = this.#points;
    const sizes = this.#sizes;
    const size = sizeX + sizeY;
    for (let i = 0, at = x - 1; i < x; i++, at += points - 1 - i) {
      const to = at + y - x;
      if (sizes[i] > 0) distances[to] = (sizeX * distances[at] + sizeY * distances[to]) / size;
      distances[at] = Infinity;
    }
    const offsetX = this.#offsets[x];
    for (let i = x + 1, to = this.#offsets[x + 1] + y; i < y; i++, to += points - 1 - i) {
      if (sizes[i] > 0) distances[to] = (sizeX * distances[offsetX + i] + sizeY * distances[to]) / size;
      distances[offsetX + i] = Infinity;
    }
    distances[offsetX + y] = Infinity;
    const offsetY = this.#offsets[y];
    for (let i = y + 1; i < points; i++) {
      if (sizes[i] > 0)
        distances[offsetY + i] = (sizeX * distances[offsetX + i] + sizeY * distances[offsetY + i]) / size;
      distances[offsetX + i] = Infinity;
    }
  }

  /** Closes the gaps of merged places; the order of places, and with it every tie, stays as it was. */
  #pack(): void {
    const distances = this.#distances;
    const offsets = this.#offsets;
    const sizes = this.#sizes;
    const places = Int32Array.from({ length: this.#points }, (_, i) => i).filter((place) => sizes[place] > 0);
    let to = 0;
    places.forEach((place, i) => {
      const offset = offsets[place];
      for (let j = i + 1; j < places.length; j++) distances[to++] = distances[offset + places[j]];
    });
    const moved = new Int32Array(this.#points);
    places.forEach((place, i) => {
      moved[place] = i;
      this.#names[i] = this.#names[place];
      sizes[i] = sizes[place];
      offsets[i] = rowOffset(i, places.length);
    });
    for (let k = 0; k < this.#chainLength; k++) this.#chain[k] = moved[this.#chain[k]];
    this.#points = places.length;
  }
}

/** Merges by height, first found first, with clusters numbered in that order: SciPy's `label`. */
function named(merges: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const order = Int32Array.from({ length: n - 1 }, (_, i) => i);
  order.sort((a, b) => merges[a * linkageColumns + 2] - merges[b * linkageColumns + 2] || a - b);
  const parents = Int32Array.from({ length: 2 * n - 1 }, (_, i) => i);
  const z = new Float64Array(merges.length);
  order.forEach((merge, k) => {
    const from = merge * linkageColumns;
    const x = root(parents, merges[from]);
    const y = root(parents, merges[from + 1]);
    parents[x] = parents[y] = n + k;
    const leaves = leavesOf(z, x, n) + leavesOf(z, y, n);
    z.set([Math.min(x, y), Math.max(x, y), merges[from + 2], leaves], k * linkageColumns);
  });
  return z;
}

function leavesOf(z: Float64Array, cluster: number, n: number): number {
  return cluster < n ? 1 : z[(cluster - n) * linkageColumns + 3];
}

function root(parents: Int32Array, start: number): number {
  let top = start;
  while (parents[top] !== top) top = parents[top];
  for (let at = start; at !== top;) {
    const next = parents[at];
    parents[at] = top;
    at = next;
  }
  return top;
}
