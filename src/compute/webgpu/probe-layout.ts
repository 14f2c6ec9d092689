/**
 * How the probe kernels find their numbers: constants for the shader text and one table of indices. Columns of all layers
 * are numbered through (column c of layer l is offset l / hidden + c); tiles are runs of at most 16 columns of one layer.
 */
import type { ProbeSpec } from '../device.ts';
import type { Packing } from '../packing.ts';

export const tileColumns = 16;
export const tileRows = 16;
/** Features whose products one workgroup sums; the sums of a layer's chunks are added in order, so results repeat. */
export const chunkFeatures = 128;

export type ProbeLayout = ReturnType<typeof probeLayout>;

export function probeLayout(spec: ProbeSpec, packing: Packing) {
  const tiles = packing.columns.flatMap((own, layer) => {
    const start = packing.offsets[layer] / spec.hidden;
    const count = Math.ceil(own.length / tileColumns);
    return Array.from({ length: count }, (_, t) => ({
      layer,
      start: start + t * tileColumns,
      count: Math.min(tileColumns, own.length - t * tileColumns),
    }));
  });
  const outputOf = packing.columns.flatMap((own) => [...own]);
  const columnsOf = Array.from({ length: packing.outputs }, (_, q) =>
    outputOf.flatMap((output, column) => (output === q ? [column] : [])),
  );
  const starts = [0];
  for (const own of columnsOf) starts.push(starts[starts.length - 1] + own.length);

  const parts = {
    tileLayer: tiles.map(({ layer }) => layer),
    tileStart: tiles.map(({ start }) => start),
    tileCount: tiles.map(({ count }) => count),
    columnOutput: outputOf,
    outputStart: starts,
    outputColumn: columnsOf.flat(),
  };
  const sizes = {
    batch: spec.batchSize,
    width: spec.layers * spec.hidden,
    hidden: spec.hidden,
    outputs: spec.outputs,
    probes: spec.probes.length,
    /** All outputs of all probes. */
    all: packing.outputs,
    columns: outputOf.length,
    tiles: tiles.length,
    chunks: Math.ceil(spec.hidden / chunkFeatures),
    weights: packing.size,
  };
  const { batch, columns, chunks, weights } = sizes;
  const further = {
    rowTiles: Math.ceil(batch / tileRows),
    /** Sums of products; behind them stand the norms of the probes. */
    partial: chunks * batch * columns,
    /** Values and moments of weights; behind them stand those of the biases, and the losses. */
    small: 3 * weights,
  };
  let place = 0;
  const places = Object.entries(parts).map(([name, values]) => {
    const line = `const ${name}At : i32 = ${place};`;
    place += values.length;
    return line;
  });
  const counts = Object.entries({ ...sizes, ...further });
  const constants = [...counts.map(([name, value]) => `const ${name}N : i32 = ${value};`), ...places];
  return {
    ...sizes,
    ...further,
    sumsSize: further.partial + 2 * sizes.probes,
    weightsSize: further.small + 3 * sizes.all + sizes.probes,
    /** Declarations of the sizes and of the places in `table`, for the shaders. */
    constants: constants.join('\n'),
    /** Layer, first column and column count a tile; output of each column; first entry an output; columns by output. */
    table: Int32Array.from(Object.values(parts).flat()),
  };
}
