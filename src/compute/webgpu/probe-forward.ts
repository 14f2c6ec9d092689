/**
 * The kernels of a forward pass, in WGSL: products over each chunk of a layer's features, then their sums, chunk by chunk
 * in order, as the scores of all probes.
 */
import { chunkFeatures, type ProbeLayout } from './probe-layout.ts';
import type { KernelText } from './probe-program.ts';

/** One workgroup: 16 rows × one tile of columns, over one chunk of a layer's features. */
export function partialKernel({ tiles, batch, chunks, columns }: ProbeLayout): KernelText {
  return {
    name: 'partial',
    inputs: ['data', 'weights', 'table'],
    uniforms: 'rows : i32,',
    threads: 256,
    dispatch: [tiles, Math.ceil(batch / 16), chunks],
    outputShape: [chunks, batch, columns],
    code: `
      var<workgroup> rowsShared : array<f32, 256>;
      var<workgroup> columnsShared : array<f32, 256>;
      fn main(index : i32) {
        let tile = i32(workgroupId.x);
        let layer = table[tileLayerAt + tile];
        let x = i32(localIndex % 16u);
        let y = i32(localIndex / 16u);
        let row = i32(workgroupId.y) * 16 + y;
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
      }`,
  };
}

export function scoresKernel({ batch, all }: ProbeLayout): KernelText {
  return {
    name: 'scores',
    inputs: ['partial', 'small', 'table'],
    threads: 64,
    dispatch: [Math.ceil((batch * all) / 64), 1, 1],
    outputShape: [batch, all],
    code: `
      fn main(index : i32) {
        if (index >= uniforms.outShape.x * allN) { return; }
        let row = index / allN;
        let output = index % allN;
        var sum = small[output];
        for (var at = table[outputStartAt + output]; at < table[outputStartAt + output + 1]; at++) {
          let column = table[outputColumnAt + at];
          for (var chunk = 0; chunk < chunksN; chunk++) { sum += partial[(chunk * batchN + row) * columnsN + column]; }
        }
        result[index] = sum;
      }`,
  };
}
