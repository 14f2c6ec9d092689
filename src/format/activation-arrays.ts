/**
 * Opens activations that are arrays: a .npy file, and .npz and safetensors as Winnow writes them: `activations`
 * [rows, layers, hidden] (or [rows, layers × hidden]), beside it, where sentences are known, `lengths` (rows of each
 * sentence) and `words` (UTF-8 bytes of JSON, a list of words for each sentence).
 */
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import type { ActivationFile } from './activation-file.ts';
import { JsonBytes, JsonFault } from './json-bytes.ts';
import { readNpyHeader } from './npy.ts';
import { joinLayers, type NumberedLayer } from './joined-layers.ts';
import { npzArrays } from './npz.ts';
import { rowFile, type FileTensor } from './row-file.ts';
import { readSafetensorsHeader, readTensor } from './safetensors.ts';
import { layerArrayName, numberedNames, sentenceArrayName, sentenceArrays } from './sentence-arrays.ts';

const wordLimitBytes = 128 * 2 ** 20;
const next = 'Write the activations again.';
const joinRows =
  'Save all rows as one array: `numpy.savez(path, activations=numpy.concatenate(arrays))`, each being [tokens, layers, neurons].';
/** Named where none is the right one. */
const shownArrays = 5;

/**
 * @param layers of an array [rows, layers × hidden]; null: its columns are one layer.
 * @throws WinnowError as `readNpyHeader` and `rowFile`.
 */
export async function openNpy(file: NamedBlob, layers: number | null): Promise<ActivationFile> {
  const activations = { file, info: await readNpyHeader(file) };
  return rowFile({ activations, layers, lengths: null, words: null });
}

/**
 * Beside `activations`: arrays numbered by sentence (`arr_0`, `arr_1`, … of `numpy.savez(path, *arrays)`) or by layer
 * (`layer_0`, …), or one array of any name.
 * @throws WinnowError as `npzArrays`, `readNpyHeader`, `rowFile`, `sentenceArrays`, `joinLayers`; `bad-file` for lengths or
 * words that do not fit.
 */
export async function openNpz(file: NamedBlob, layers: number | null): Promise<ActivationFile> {
  const arrays = await npzArrays(file);
  const names = arrays.map(({ name }) => name);
  if (arrays.length === 1) return rowFile({ activations: await arrays[0].open(), layers, lengths: null, words: null });
  const places = numberedNames(names, sentenceArrayName);
  if (places !== null) {
    return sentenceArrays({
      ...{ file, count: arrays.length, next: joinRows },
      subject: (index) => `Array \`${names[places[index]]}\``,
      locate: (index) => arrays[places[index]].open(),
    });
  }
  const layerPlaces = numberedNames(names, layerArrayName);
  if (layerPlaces !== null) {
    const parts: NumberedLayer[] = [];
    for (const [index, place] of layerPlaces.entries()) {
      const activations = await arrays[place].open();
      parts.push({ index, file: rowFile({ activations, layers: null, lengths: null, words: null }) });
    }
    return joinLayers(file.name ?? 'the file', parts);
  }
  const wanted = arrays.filter(({ name }) => ['activations', 'lengths', 'words'].includes(name));
  const opened = new Map<string, FileTensor>();
  for (const { name, open } of wanted.length > 0 ? wanted : arrays.slice(0, shownArrays))
    opened.set(name, await open());
  return openArrays(file, opened, layers);
}

/** @throws WinnowError as `readSafetensorsHeader`, `rowFile`; `bad-file` for lengths or words that do not fit. */
export async function openActivationTensors(file: NamedBlob, layers: number | null): Promise<ActivationFile> {
  const { tensors } = await readSafetensorsHeader(file);
  const arrays = new Map([...tensors].map(([name, info]) => [name, { file, info }]));
  return openArrays(file, arrays, layers);
}

/** Of arrays by name. @throws WinnowError as `openNpz`. */
export async function openArrays(
  file: NamedBlob,
  arrays: ReadonlyMap<string, FileTensor>,
  layers: number | null,
): Promise<ActivationFile> {
  const activations = arrays.get('activations');
  if (activations === undefined) {
    const names = [...arrays.keys()].slice(0, shownArrays).map((name) => `\`${name}\``);
    const message = `${nameOf(file)} has no array \`activations\`; it holds ${names.join(', ') || 'nothing'}.`;
    throw badFile(message, 'Save the activations under that name, [rows, layers, neurons].');
  }
  const lengthsIn = arrays.get('lengths');
  const wordsIn = arrays.get('words');
  const lengths = lengthsIn === undefined ? null : await readLengths(lengthsIn, activations.info.shape[0]);
  const words = wordsIn === undefined || lengths === null ? null : await readWords(wordsIn, lengths);
  return rowFile({ activations, layers, lengths, words });
}

async function readLengths({ file, info }: FileTensor, rows: number): Promise<Int32Array> {
  if ((info.dtype !== 'I32' && info.dtype !== 'I64') || info.shape.length !== 1) {
    const message = `The array \`lengths\` of ${nameOf(file)} is ${info.dtype} [${info.shape.join(', ')}]; int32 [sentences] is expected.`;
    throw badFile(message, next);
  }
  const lengths = Int32Array.from(await readTensor(file, info));
  const sum = lengths.reduce((total, length) => total + length, 0);
  if (sum === rows && lengths.every((length) => length >= 0)) return lengths;
  const message = `The lengths in ${nameOf(file)} add up to ${sum} rows, but there are ${rows}.`;
  throw badFile(message, next);
}

async function readWords({ file, info }: FileTensor, lengths: Int32Array): Promise<string[][]> {
  if (info.dtype !== 'U8' || info.end - info.start > wordLimitBytes) {
    const message = `The array \`words\` of ${nameOf(file)} is ${info.dtype} of ${info.end - info.start} bytes; up to ${wordLimitBytes} bytes of text are expected.`;
    throw badFile(message, next);
  }
  const json = new JsonBytes(await readSlice(file, info.start, info.end));
  const words: string[][] = [];
  try {
    json.list(() => {
      const sentence: string[] = [];
      json.list(() => sentence.push(json.string()));
      if (sentence.length !== lengths[words.length]) throw new JsonFault('as many words as rows', json.position);
      words.push(sentence);
    });
    json.end();
    if (words.length !== lengths.length) throw new JsonFault('as many lists as sentences', json.position);
    return words;
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause;
    const message = `The words in ${nameOf(file)} do not fit its sentences: ${cause.message} at byte ${cause.position + 1}.`;
    throw badFile(message, next, cause);
  }
}
