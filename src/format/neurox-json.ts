/**
 * NeuroX's JSON lines: a sentence a line, `{"linex_index": 0, "features": [{"token": "the", "layers": [{"index": 0,
 * "values": […]}]}]}`, as its writer and the published extraction script make them. NeuroX rounds to eight decimals
 * (the script to six); here nine significant digits are written, enough for every float32 to come back exactly. Lines
 * keep the file's order, whatever `linex_index` says. Layers come by their `index`: −1 is the last, as google-research/bert's
 * `extract_features.py` counts; NeuroX lists them from 0, where that is the order of the list.
 */
import type { Control } from '../base/abort.ts';
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import {
  checkSameShape,
  checkSentenceSize,
  noSentences,
  sentenceLimitBytes,
  type ActivationFile,
  type SentenceActivations,
  type SentenceShape,
} from './activation-file.ts';
import { JsonBytes, JsonFault } from './json-bytes.ts';
import { readByteLines } from './lines.ts';

/** A sentence of 900 tokens of bert-base, written with eight decimals. */
const lineLimitBytes = 128 * 2 ** 20;
const byteOrderMark = [0xef, 0xbb, 0xbf];
const next = 'Open a .json file of activations that NeuroX or the published extraction wrote, one sentence a line.';

/**
 * Reads as far as the first token, for the number of layers and neurons.
 * @throws WinnowError `bad-file` when that line is not NeuroX's; `unreadable-file` as `readSlice`.
 */
export async function openNeuroxJson(file: NamedBlob): Promise<ActivationFile> {
  for await (const { shape } of readLines(file)) {
    if (shape === null) continue;
    return {
      name: file.name ?? 'the file',
      ...shape,
      columns: null,
      layerIndices: shape.indices,
      unit: 'sentence',
      count: null,
      sentences: (control) => sentencesOf(file, shape, control),
      close: () => undefined,
    };
  }
  throw noSentences(file);
}

interface LineShape extends SentenceShape {
  /** What the layers are called, in the order of `data`; null where they have no numbers of their own. */
  indices: readonly number[] | null;
}

interface Line {
  number: number;
  /** null for a sentence without tokens. */
  shape: LineShape | null;
  sentence: SentenceActivations;
}

async function* sentencesOf(
  file: NamedBlob,
  expected: LineShape,
  control?: Control,
): AsyncGenerator<SentenceActivations> {
  for await (const { number, shape, sentence } of readLines(file, control)) {
    if (shape !== null) {
      checkSameShape(`Line ${number} of ${nameOf(file)}`, shape, expected);
      if (shape.indices?.join() !== expected.indices?.join()) {
        const message = `Line ${number} of ${nameOf(file)} has the layers ${listed(shape)}, those before it ${listed(expected)}.`;
        throw badFile(message, 'Extract all sentences with the same layers.');
      }
    }
    yield sentence;
  }
}

/** Every line that is not blank. */
async function* readLines(file: NamedBlob, control?: Control): AsyncGenerator<Line> {
  for await (const { number, bytes } of readByteLines(file, lineLimitBytes, control)) {
    const from = number === 1 && byteOrderMark.every((byte, at) => bytes[at] === byte) ? 3 : 0;
    if (bytes.every((byte, at) => at < from || byte === 32 || byte === 9 || byte === 13)) continue;
    try {
      yield readLine(bytes.subarray(from), number, nameOf(file));
    } catch (cause) {
      if (!(cause instanceof JsonFault)) throw cause;
      const message = `Line ${number} of ${nameOf(file)} is not a sentence of activations: ${cause.message} at byte ${from + cause.position + 1}.`;
      throw badFile(message, next, cause);
    }
  }
}

function readLine(bytes: Uint8Array, number: number, file: string): Line {
  const json = new JsonBytes(bytes);
  const words: string[] = [];
  const values = new Values();
  let shape: LineShape | null = null;
  let hasFeatures = false;
  json.object((key) => {
    if (key !== 'features') return void json.skip();
    hasFeatures = true;
    json.list(() => {
      const token = readToken(json, values);
      words.push(token.word);
      shape ??= { layers: token.layers, hidden: token.hidden, indices: token.indices };
      if (token.indices?.join() !== shape.indices?.join()) {
        throw new JsonFault(`the layers ${listed(shape)} as before, and not ${listed(token)}`, json.position);
      }
      checkSameShape(`Token ${words.length} in line ${number} of ${file}`, token, shape);
      checkSentenceSize(`Line ${number} of ${file}`, words.length, shape);
    });
  });
  json.end();
  if (!hasFeatures) throw new JsonFault('the key `features`', 0);
  return { number, shape, sentence: { tokens: words.length, words, data: values.taken() } };
}

/** One entry of `features`; its numbers go to `values`, layer after layer. */
function readToken(json: JsonBytes, values: Values): LineShape & { word: string } {
  let word = '';
  let layers = 0;
  const start = values.length;
  const found: number[] = [];
  let hidden = 0;
  json.object((key) => {
    if (key === 'token') word = json.string();
    else if (key === 'layers') {
      json.list(() => {
        const before = values.length;
        json.object((inner) => {
          if (inner === 'values') json.list(() => values.push(json.number()));
          else if (inner === 'index' || inner === 'layer') found.push(json.number());
          else json.skip();
        });
        const width = values.length - before;
        if (layers > 0 && width !== hidden) {
          throw new JsonFault(`a layer of ${hidden} values and not of ${width}`, json.position);
        }
        hidden = width;
        layers++;
      });
    } else json.skip();
  });
  return { word, layers, hidden, indices: inOrder(values, start, { layers, hidden }, found) };
}

/** Puts a token's layers into the order of their numbers, those from behind (−1 is the last) after all others. */
function inOrder(
  values: Values,
  start: number,
  { layers, hidden }: SentenceShape,
  found: readonly number[],
): readonly number[] | null {
  if (found.length !== layers || new Set(found).size < layers || !found.every(Number.isInteger)) return null;
  const place = (index: number): number => (index < 0 ? index + 2 ** 31 : index);
  const order = Array.from(found.keys()).sort((a, b) => place(found[a]) - place(found[b]));
  if (order.some((from, to) => from !== to)) values.reorder(start, order, hidden);
  return order.map((from) => found[from]);
}

function listed({ indices }: Pick<LineShape, 'indices'>): string {
  return indices === null ? 'without numbers' : indices.join(', ');
}

/** Numbers as they come; how many there will be is not known before. */
class Values {
  length = 0;
  private data = new Float32Array(1024);

  push(value: number): void {
    if (this.length === this.data.length) {
      if (this.data.byteLength >= sentenceLimitBytes) throw new JsonFault('a sentence of fewer numbers', 0);
      const larger = new Float32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }

  /** Blocks of `width` numbers from `start` on, each to be what block `order[i]` was. */
  reorder(start: number, order: readonly number[], width: number): void {
    const before = this.data.slice(start, start + order.length * width);
    order.forEach((from, to) => this.data.set(before.subarray(from * width, (from + 1) * width), start + to * width));
  }

  taken(): Float32Array {
    return this.data.subarray(0, this.length);
  }
}

/**
 * The lines of such a file, each as a Blob of its own, so that the browser can move it out of memory.
 * @throws whatever reading a sentence throws.
 */
export async function* neuroxJsonLines(
  sentences: AsyncIterable<SentenceActivations>,
  { layers, hidden }: SentenceShape,
): AsyncGenerator<Blob> {
  let index = 0;
  for await (const { tokens, words, data } of sentences) {
    const parts: string[] = [`{"linex_index": ${index}, "features": [`];
    for (let token = 0; token < tokens; token++) {
      const text = JSON.stringify(words?.[token] ?? `sentence_${index}`);
      parts.push(`${token > 0 ? ', ' : ''}{"token": ${text}, "layers": [`);
      for (let layer = 0; layer < layers; layer++) {
        const from = (token * layers + layer) * hidden;
        const values = Array.from(data.subarray(from, from + hidden), shortNumber).join(', ');
        parts.push(`${layer > 0 ? ', ' : ''}{"index": ${layer}, "values": [${values}]}`);
      }
      parts.push(']}');
    }
    parts.push(']}\n');
    yield new Blob(parts);
    index++;
  }
}

/** Nine significant digits tell every float32 from its neighbours; NaN and Infinity as Python writes them. */
function shortNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : String(value);
}
