/** Where a WebAssembly trainer's numbers lie in the memory of its kernel. */
import type { ProbeSpec } from '../device.ts';
import { columnGroup, rowGroup } from '../kernels/linear-probe.ts';
import type { Packing } from '../packing.ts';

export const floatBytes = 4;
export const doubleBytes = 8;

/** A layer that some probe reads, or several that are joined. */
export interface Layer {
  /** Columns, the outputs of some probes one after the other. */
  columns: number;
  /** Those probes. */
  probes: number[];
  /** Columns with those that fill up their group. */
  padded: number;
  /** Of each joined layer's first packed weight. */
  packed: number[];
  /** Of its first weight in the kernel's blocks. */
  at: number;
  /** Of its neurons in a row of the input, and how many there are with those that fill up their groups. */
  from: number;
  width: number;
}

/** What the kernel's memory holds: places in numbers of four bytes, those of float64 in numbers of eight. */
export interface Places {
  /** float64: of every row all outputs, what the softmax finds, biases, sums over rows, the penalties' two of each probe. */
  scores: number;
  found: number;
  biases: number;
  sums: number;
  lengths: number;
  labels: number;
  /** Of each layer in turn its probes' numbers. */
  probes: number[];
  input: number;
  weights: number;
  moments: number;
  squares: number;
  outputs: number;
  factors: number;
  bytes: number;
}

export function padded(count: number, group: number): number {
  return Math.ceil(count / group) * group;
}

/** @param hidden neurons of a layer with those that fill up their group. */
export function readLayers({ probes, joined }: ProbeSpec, { columns, offsets }: Packing, hidden: number): Layer[] {
  const layers: Layer[] = [];
  let last: number | null = null;
  let at = 0;
  for (const [number, { length }] of columns.entries()) {
    if (length === 0) continue;
    const isJoined = last === number - 1 && joined !== undefined && joined[number] === joined[last];
    if (!isJoined) {
      const own = [...probes.keys()].filter((p) => probes[p].first <= number && number <= probes[p].last);
      const facts = { columns: length, padded: padded(length, columnGroup), probes: own };
      layers.push({ ...facts, packed: [], at, from: number * hidden, width: 0 });
    }
    const layer = layers[layers.length - 1];
    layer.packed.push(offsets[number]);
    layer.width += hidden;
    at += layer.padded * hidden;
    last = number;
  }
  return layers;
}

/** @param hidden as `readLayers`. */
export function placesOf(spec: ProbeSpec, layers: readonly Layer[], hidden: number): Places {
  const size = layers.reduce((sum, layer) => sum + layer.padded * layer.width, 0);
  const columns = Math.max(...layers.map((layer) => layer.padded));
  const rows = padded(spec.batchSize, rowGroup);
  const all = spec.probes.length * spec.outputs;
  let next = 0;
  // A vector is read a little faster where it lies at a multiple of its size.
  const place = (count: number): number => {
    const start = next;
    next += padded(count, 4);
    return start;
  };
  const doubles = (count: number): number => place(2 * count) / 2;
  return {
    scores: doubles(spec.batchSize * all),
    found: doubles(spec.batchSize * spec.probes.length * 2),
    biases: doubles(all),
    sums: doubles(all),
    lengths: doubles(2 * spec.probes.length),
    labels: place(spec.batchSize),
    probes: layers.map(({ probes }) => place(probes.length)),
    input: place(rows * spec.layers * hidden),
    weights: place(size),
    moments: place(size),
    squares: place(size),
    outputs: place(rows * columns),
    factors: place(columns),
    bytes: next * floatBytes,
  };
}
