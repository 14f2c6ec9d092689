/**
 * HDF5 with a dataset a sentence that is called by the sentence's words, as ELMoForManyLangs writes it (`.ly-1.hdf5`): words
 * with tabs or spaces between, `.` and `/` in them spelled out. HDF5 gives names in the order of the alphabet, so
 * that only the data says which sentence comes when; equal sentences share a dataset.
 */
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { checkSentenceSize, type ActivationFile, type SentenceActivations } from './activation-file.ts';
import type { Hdf5Reader } from './hdf5.ts';
import { readSentence, sentenceInfo } from './hdf5-sentence.ts';

/** Whether these names are sentences. */
export function areKeys(names: readonly string[]): boolean {
  if (names.includes('sentence_to_index')) return false;
  return names.some((name) => name.includes('\t')) || names.some((name) => name.includes(' '));
}

/** @throws WinnowError `bad-file` for a dataset that is none of a sentence. */
export async function keyedHdf5(
  file: NamedBlob,
  reader: Hdf5Reader,
  names: readonly string[],
): Promise<ActivationFile> {
  const { tokens, layers, hidden } = await sentenceInfo(file, reader, names[0]);
  checkSentenceSize(`Dataset \`${names[0]}\` of ${nameOf(file)}`, Math.max(1, tokens), { layers, hidden });
  const known = new Set(names);
  const read = async function* (
    keys: Iterable<readonly [string, readonly string[] | null]>,
    count: number,
    { signal, progress }: Parameters<ActivationFile['sentences']>[0] = {},
  ): AsyncGenerator<SentenceActivations> {
    let done = 0;
    for (const [key, words] of keys) {
      signal?.throwIfAborted();
      const { tokens, data } = await readSentence(file, reader, key, { layers, hidden });
      yield { tokens, words: words?.length === tokens ? [...words] : null, data };
      progress?.(++done, count);
    }
  };
  return {
    name: file.name ?? 'the file',
    ...{ layers, hidden, columns: null, unit: 'sentence', count: null },
    sentences: (control) =>
      read(
        names.map((name) => [name, null] as const),
        names.length,
        control,
      ),
    inOrder: (wordsOf, count, data) => ({
      count,
      sentences: (control) => read(keysOf(known, wordsOf, count, { file, data }), count, control),
    }),
    close: () => reader.close(),
  };
}

/** @throws WinnowError `bad-data` for the first sentence that there is no dataset of. */
function* keysOf(
  known: ReadonlySet<string>,
  wordsOf: (sentence: number) => readonly string[],
  count: number,
  { file, data }: { file: NamedBlob; data: string },
): Generator<readonly [string, readonly string[]]> {
  for (let sentence = 0; sentence < count; sentence++) {
    const words = wordsOf(sentence);
    const plain = ['\t', ' '].map((between) => words.join(between));
    const spelled = plain.map((text) => text.replaceAll('.', '$period$').replaceAll('/', '$backslash$'));
    const key = [...plain, ...spelled].find((text) => known.has(text));
    if (key === undefined) {
      const message = `${nameOf(file)} has no dataset of sentence ${sentence + 1} of \`${data}\`: \`${plain[1].slice(0, 80)}\`.`;
      throw new WinnowError('bad-data', message, 'Check that both were made from the same file.');
    }
    yield [key, words];
  }
}
