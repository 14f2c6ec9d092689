/** numpy's `.npz`: `activations`, and `lengths` and `words` of the sentences. */
import type { Control } from '../../../base/abort.ts';
import { openNpz } from '../../../format/activation-arrays.ts';
import { npyHeader } from '../../../format/npy.ts';
import { writeNpz, type ArrayToWrite } from '../../../format/npz.ts';
import type { ActivationCodec } from '../codec.ts';
import { blocksOf, wordBytes, type ActivationSet } from '../sentences.ts';

const zipMagic = new TextEncoder().encode('PK\x03\x04');

export const npz: ActivationCodec = {
  // Checkpoints of PyTorch are zip files too.
  sniff: ({ name, begins }) => begins(zipMagic) && name.endsWith('.npz'),
  open: (file, { layers }) => openNpz(file, layers),
  write: (set, control) => writeNpz(arraysOf(set, control)),
};

function arraysOf({ activations, lengths, words }: ActivationSet, control: Control): ArrayToWrite[] {
  const { rows, layers, hidden } = activations;
  const sizeBytes = rows * layers * hidden * Float32Array.BYTES_PER_ELEMENT;
  const arrays: ArrayToWrite[] = [
    {
      name: 'activations',
      sizeBytes,
      pieces: withHeader(npyHeader('<f4', [rows, layers, hidden]), blocksOf(activations, control)),
    },
  ];
  const add = (name: string, type: '<i4' | '|u1', array: Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): void => {
    const pieces = withHeader(npyHeader(type, [array.length]), [array]);
    arrays.push({ name, sizeBytes: array.byteLength, pieces });
  };
  if (lengths) add('lengths', '<i4', lengths);
  if (words) add('words', '|u1', wordBytes(words));
  return arrays;
}

async function* withHeader(
  header: Uint8Array<ArrayBuffer>,
  arrays: AsyncIterable<ArrayBufferView> | Iterable<ArrayBufferView>,
): AsyncGenerator<Uint8Array> {
  yield header;
  for await (const { buffer, byteOffset, byteLength } of arrays) yield new Uint8Array(buffer, byteOffset, byteLength);
}
