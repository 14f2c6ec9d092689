/**
 * NeuroX's HDF5 layout, which structural probes share: datasets `0` … `N-1` of [layers, tokens, hidden] (or [tokens,
 * hidden] of one layer), one a sentence, and `sentence_to_index`, one
 * string of JSON that maps sentences (words with spaces between) to these names; a sentence that comes again is called
 * `… (Occurrence 2)`. Older writers name only the last of equal sentences: what has no name has no words here. Sentences
 * come in the order of their numbers, layers as they lie. float16 and float64 become float32.
 */
import { yieldToEvents, type Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import {
  checkSentenceSize,
  type ActivationFile,
  type SentenceActivations,
  type SentenceShape,
} from './activation-file.ts';
import { createHdf5, type Hdf5Reader, type OpenHdf5 } from './hdf5.ts';
import { readSentence, sentenceInfo, writeAgain as next } from './hdf5-sentence.ts';
import { JsonBytes, JsonFault } from './json-bytes.ts';
import { areKeys, keyedHdf5 } from './keyed-hdf5.ts';
import { swappedAxes } from './sentence-arrays.ts';

const indexName = 'sentence_to_index';
const sentenceLimit = 2 ** 24;
/** Sentences read between two looks at the message queue. */
const yieldEvery = 64;

/**
 * Opens the file and finds its sentences. Close it when done.
 * @param open how HDF5 is opened: here, or in a worker of its own.
 * @throws WinnowError `bad-file` when this is not HDF5 or not NeuroX's layout.
 */
export async function openNeuroxHdf5(file: NamedBlob, open: OpenHdf5): Promise<ActivationFile> {
  const reader = await open(file);
  try {
    const names = await reader.names();
    if (areKeys(names)) return await keyedHdf5(file, reader, names);
    const count = countSentences(file, names);
    const { tokens, layers, hidden } = await sentenceInfo(file, reader, '0');
    checkSentenceSize(`Sentence 0 of ${nameOf(file)}`, Math.max(1, tokens), { layers, hidden });
    const texts = sentenceTexts(file, await reader.text(indexName), count);
    return {
      name: file.name ?? 'the file',
      layers,
      hidden,
      columns: null,
      unit: 'sentence',
      count,
      sentences: (control) => readSentences(file, reader, texts, { layers, hidden }, control),
      close: () => reader.close(),
    };
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** The numbered datasets must be 0 … N-1. */
function countSentences(file: NamedBlob, names: readonly string[]): number {
  const numbered = names.filter((name) => /^(0|[1-9]\d*)$/.test(name)).map(Number);
  if (numbered.length === 0) {
    const shown = names.slice(0, 5).map((name) => `\`${name}\``);
    const message = `${nameOf(file)} has no datasets \`0\`, \`1\` …; it holds ${shown.join(', ') || 'nothing'}.`;
    throw badFile(message, next);
  }
  const present = new Set(numbered);
  const absent = numbered.findIndex((_, index) => !present.has(index));
  if (absent < 0) return numbered.length;
  const message = `${nameOf(file)} has ${numbered.length} numbered datasets, but none is called \`${absent}\`.`;
  throw badFile(message, next);
}

/** The sentence of each dataset; null where none is named. */
function sentenceTexts(file: NamedBlob, text: string | null, count: number): (string | null)[] {
  const texts = new Array<string | null>(count).fill(null);
  if (text === null) return texts;
  const json = new JsonBytes(new TextEncoder().encode(text));
  try {
    json.object((sentence) => {
      const index = json.string();
      if (!/^\d+$/.test(index) || Number(index) >= count) throw new JsonFault('the name of a dataset', json.position);
      texts[Number(index)] = sentence;
    }, sentenceLimit);
    json.end();
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause;
    const message = `\`${indexName}\` in ${nameOf(file)} is not a map from sentences to datasets: ${cause.message} at byte ${cause.position + 1}.`;
    throw badFile(message, next, cause);
  }
  return texts;
}

/** The words of a sentence, which are as many as its tokens; the mark of a repeated sentence is not one of them. */
function wordsOf(text: string | null, tokens: number): string[] | null {
  if (text === null) return null;
  const plain = text.replace(/ \(Occurrence \d+\)$/, '');
  for (const candidate of [text, plain]) {
    const words = candidate === '' ? [] : candidate.split(' ');
    if (words.length === tokens) return words;
  }
  return null;
}

async function* readSentences(
  file: NamedBlob,
  reader: Hdf5Reader,
  texts: readonly (string | null)[],
  shape: SentenceShape,
  { signal, progress }: Control = {},
): AsyncGenerator<SentenceActivations> {
  for (let index = 0; index < texts.length; index++) {
    signal?.throwIfAborted();
    const { tokens, data } = await readSentence(file, reader, String(index), shape);
    yield { tokens, words: wordsOf(texts[index], tokens), data };
    progress?.(index + 1, texts.length);
    if (index % yieldEvery === yieldEvery - 1) await yieldToEvents();
  }
}

/**
 * Writes the layout; call it in a worker. The whole file lies in memory once, until it is done.
 * @throws WinnowError `out-of-memory` when it outgrows that memory (some 2 GB); whatever reading a sentence throws.
 */
export async function writeNeuroxHdf5(
  sentences: AsyncIterable<SentenceActivations>,
  { layers, hidden }: SentenceShape,
): Promise<Blob> {
  const writer = await createHdf5();
  const indices = new Map<string, string>();
  const occurrences = new Map<string, number>();
  /** As NeuroX: the first free one of `s`, `s (Occurrence 2)`, `s (Occurrence 3)` … */
  const nameFor = (sentence: string): string => {
    let name = sentence;
    // What is below the last occurrence is taken, so the search goes on from there.
    let occurrence = occurrences.get(sentence) ?? 1;
    while (indices.has(name)) name = `${sentence} (Occurrence ${++occurrence})`;
    occurrences.set(sentence, occurrence);
    return name;
  };
  try {
    for await (const { tokens, words, data } of sentences) {
      const index = String(indices.size);
      writer.numbers(index, swappedAxes(data, tokens, layers, hidden), [layers, tokens, hidden]);
      indices.set(nameFor(words?.join(' ') ?? `sentence_${index}`), index);
    }
    const entries = Array.from(indices, (pair) => pair.map((text) => JSON.stringify(text)).join(': '));
    writer.text(indexName, `{${entries.join(', ')}}`);
    return writer.finish();
  } catch (error) {
    writer.drop();
    throw error;
  }
}
