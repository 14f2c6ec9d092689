/**
 * The first kernel of a step, in WGSL: products over each chunk of a layer's features, whose sums the next one adds up,
 * chunk by chunk in order; and, in workgroups behind those, the norms that the penalties of the weights need.
 */
import { chunkFeatures, tileRows, type ProbeLayout } from './probe-layout.ts';
import type { KernelText } from './probe-program.ts';

/** One workgroup: 16 rows × one tile of columns, over one chunk of a layer's features; or a probe's norms. */
export function sumsKernel({ tiles, rowTiles, chunks, probes, sumsSize }: ProbeLayout): KernelText {
  return {
    name: 'sums',
    inputs: ['data', 'weights', 'table'],
    uniforms: 'rows : i32,',
    threads: 256,
    dispatch: [tiles, rowTiles, chunks + Math.ceil(probes / (tiles * rowTiles))],
    outputShape: [sumsSize],
    code: `
      var<workgroup> rowsShared : array<f32, 256>;
      var<workgroup> columnsShared : array<f32, 256>;
      var<workgroup> isBehind : u32;
      fn main(index : i32) {
        if (localIndex == 0u) { isBehind = select(0u, 1u, i32(workgroupId.z) >= chunksN); }
        if (workgroupUniformLoad(&isBehind) == 1u) {
          norms((i32(workgroupId.z) - chunksN) * rowTilesN * tilesN + i32(workgroupId.y) * tilesN + i32(workgroupId.x));
          return;
        }
        let tile = i32(workgroupId.x);
        let layer = table[tileLayerAt + tile];
        let x = i32(localIndex % 16u);
        let y = i32(localIndex / 16u);
        let row = i32(workgroupId.y) * ${tileRows} + y;
        let first = table[tileStartAt + tile];
        let count = table[tileCountAt + tile];
        let chunk = i32(workgroupId.z) * ${chunkFeatures};
        var sum = 0.0;
        for (var start = 0; start < ${chunkFeatures}; start += 16) {
          let h = chunk + start + x;
          var value = 0.0;
          if (row < uniforms.rows && h < hiddenN) { value = data[row * widthN + layer * hiddenN + h]; }
          rowsShared[y * 16 + x] = value;
          var weight = 0.0;
          if (y < count && h < hiddenN) { weight = weights[(first + y) * hiddenN + h]; }
          columnsShared[y * 16 + x] = weight;
          workgroupBarrier();
          for (var i = 0; i < 16; i++) { sum += rowsShared[y * 16 + i] * columnsShared[x * 16 + i]; }
          workgroupBarrier();
        }
        if (row < batchN && x < count) {
          result[(i32(workgroupId.z) * batchN + row) * columnsN + first + x] = sum;
        }
      }
      fn norms(probe : i32) {
        let local = i32(localIndex);
        var lengths = 0.0;
        var squares = 0.0;
        if (probe < probesN) {
          let first = table[outputStartAt + probe * outputsN];
          let count = table[outputStartAt + (probe + 1) * outputsN] - first;
          for (var i = local; i < count * hiddenN; i += 256) {
            let w = weights[table[outputColumnAt + first + i / hiddenN] * hiddenN + i % hiddenN];
            lengths += abs(w);
            squares += w * w;
          }
        }
        rowsShared[local] = lengths;
        columnsShared[local] = squares;
        for (var half = 128; half > 0; half = half / 2) {
          workgroupBarrier();
          if (local < half) {
            rowsShared[local] += rowsShared[local + half];
            columnsShared[local] += columnsShared[local + half];
          }
        }
        if (local == 0 && probe < probesN) {
          result[partialN + probe * 2] = rowsShared[0];
          result[partialN + probe * 2 + 1] = columnsShared[0];
        }
      }`,
  };
}
