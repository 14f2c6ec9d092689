/** One sentence's dataset in an HDF5 file: [layers, tokens, hidden], or [tokens, hidden] of one layer. */
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { checkSameShape, checkSentenceSize, type SentenceActivations, type SentenceShape } from './activation-file.ts';
import { toFloat32, type Dtype } from './dtype.ts';
import type { Hdf5Reader } from './hdf5.ts';
import { swappedAxes } from './sentence-arrays.ts';

export const writeAgain = 'Open a .hdf5 file that NeuroX wrote, or write the activations again.';

interface SentenceInfo extends SentenceShape {
  tokens: number;
  dtype: Dtype;
}

/** @throws WinnowError `bad-file` for a dataset that is none of a sentence. */
export async function sentenceInfo(file: NamedBlob, reader: Hdf5Reader, name: string): Promise<SentenceInfo> {
  const info = await reader.numbers(name);
  if (info === null || (info.shape.length !== 3 && info.shape.length !== 2)) {
    const content = info === null ? 'no array of floats' : `[${info.shape.join(', ')}]`;
    const message = `Dataset \`${name}\` of ${nameOf(file)} is ${content}; [layers, tokens, neurons] is expected.`;
    throw badFile(message, writeAgain);
  }
  const [layers, tokens, hidden] = info.shape.length === 2 ? [1, ...info.shape] : info.shape;
  return { layers, tokens, hidden, dtype: info.dtype };
}

/** @throws WinnowError `bad-file` for other layers or neurons than `shape`, or more than a sentence may have. */
export async function readSentence(
  file: NamedBlob,
  reader: Hdf5Reader,
  name: string,
  shape: SentenceShape,
): Promise<Pick<SentenceActivations, 'tokens' | 'data'>> {
  const subject = `Dataset \`${name}\` of ${nameOf(file)}`;
  const { layers, tokens, hidden, dtype } = await sentenceInfo(file, reader, name);
  checkSameShape(subject, { layers, hidden }, shape);
  checkSentenceSize(subject, tokens, shape);
  const values = tokens === 0 ? null : toFloat32(await reader.read(name), dtype);
  return { tokens, data: swappedAxes(values ?? new Float32Array(0), layers, tokens, hidden) };
}
