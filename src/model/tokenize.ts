/**
 * Text → token ids, equal to Hugging Face's Rust tokenizers on the same `tokenizer.json`. Its truncation and padding
 * fields are ignored: a row is cut to the caller's length before the special tokens are added (longest first), and
 * padding is the batch's business. Needs no tokenizer_config.json.
 */
import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { yieldToEvents, type Control } from '../base/abort.ts';
import { WinnowError } from '../base/errors.ts';
import { entriesOf, parseJsonObject, type JsonObject } from '../format/json.ts';
import type { TokenizerCard } from './cards.ts';
import { correctNormalizers } from './normalize.ts';

export interface Encoding {
  ids: number[];
  typeIds: number[];
}

export interface Tokenizer {
  readonly card: TokenizerCard;
  /** Special tokens included; `maxLength` counts them. */
  encode(text: string, pair: string | null, maxLength: number): Encoding;
  /** The same as subwords, for a preview. */
  tokens(text: string, pair: string | null, maxLength: number): string[];
}

/** How rows of unequal length become one batch. */
export interface Padding {
  side: 'right' | 'left';
  id: number;
  typeId: number;
}

/**
 * Many rows packed: row r holds ids[offsets[r] … offsets[r + 1]) and gives the outputs outputOffsets[r] …
 * outputOffsets[r + 1]. Output o is the mean of the vectors of the tokens [pooledFrom[o], pooledTo[o]), counted in `ids`.
 * A sentence has one output, its classification token; a labelling sentence one a word.
 */
export interface EncodedRows {
  rows: number;
  offsets: Uint32Array;
  ids: Int32Array;
  typeIds: Uint8Array;
  outputs: number;
  outputOffsets: Uint32Array;
  pooledFrom: Uint32Array;
  pooledTo: Uint32Array;
}

export interface TextRow {
  text: string;
  pair: string | null;
}

/** One place of an encoded row: a special token, or the whole first or second text. */
interface Slot {
  content: { special: number } | 'first' | 'second';
  typeId: number;
}

const next = 'Use the tokenizer.json that was saved together with the model.';

/**
 * @param path for the card and for messages
 * @throws WinnowError `bad-tokenizer` when the text is no tokenizer that this version can run.
 */
export function parseTokenizer(text: string, path: string): Tokenizer {
  const name = `\`${path.split('/').at(-1)}\``;
  const json = parseJsonObject(text, { what: name, next });
  const kind = modelKind(json);
  if (kind === null) throw new WinnowError('bad-tokenizer', `${name} describes no tokenizer.`, next);
  if (kind !== 'WordPiece') {
    const message = `${name} is a ${kind} tokenizer; this version of Winnow reads WordPiece.`;
    throw new WinnowError('bad-tokenizer', message, 'Choose a model with a WordPiece tokenizer.');
  }
  if (!entriesOf(entriesOf(json.get('model'))?.get('vocab'))) {
    throw new WinnowError('bad-tokenizer', `${name} has no vocabulary.`, next);
  }
  try {
    return new WordPieceTokenizer(json, path);
  } catch (cause) {
    if (cause instanceof WinnowError) throw cause;
    const message = `${name} cannot be used: ${(cause as Error).message}.`;
    throw new WinnowError('bad-tokenizer', message, next, cause);
  }
}

/** The type of the model; old files leave it out, and only WordPiece has a continuing prefix and no merges. */
function modelKind(json: JsonObject): string | null {
  const model = entriesOf(json.get('model'));
  const type = model?.get('type');
  if (typeof type === 'string') return type;
  const wordPiece = model?.has('continuing_subword_prefix') === true && !model.has('merges');
  return wordPiece ? 'WordPiece' : null;
}

class WordPieceTokenizer implements Tokenizer {
  readonly card: TokenizerCard;
  private readonly library: Library;
  private readonly single: Slot[];
  private readonly double: Slot[];

  constructor(json: JsonObject, path: string) {
    const fields = ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder'].map((field) => [field, null] as const);
    const whole = { ...Object.fromEntries(fields), added_tokens: [], ...Object.fromEntries(json) };
    // transformers.js cuts off special tokens and pads in its own way; the tokenizer inside does neither.
    this.library = new PreTrainedTokenizer(whole, {})._tokenizer;
    correctNormalizers(this.library);
    cacheWords(this.library);
    this.single = this.layout(false);
    this.double = this.layout(true);
    const vocabulary = this.library.model?.vocab.length ?? 0;
    this.card = { path, kind: 'WordPiece', vocabulary };
  }

  encode(text: string, pair: string | null, maxLength: number): Encoding {
    const { first, second, slots } = this.cut(text, pair, maxLength);
    const ids: number[] = [];
    const typeIds: number[] = [];
    for (const { content, typeId } of slots) {
      const part = content === 'first' ? first.ids : content === 'second' ? second.ids : [content.special];
      for (const id of part) {
        ids.push(id);
        typeIds.push(typeId);
      }
    }
    return { ids, typeIds };
  }

  tokens(text: string, pair: string | null, maxLength: number): string[] {
    const { first, second, slots } = this.cut(text, pair, maxLength);
    return slots.flatMap(({ content }) => {
      if (content === 'first') return first.tokens;
      if (content === 'second') return second.tokens;
      return [this.library.id_to_token(content.special) ?? ''];
    });
  }

  private cut(text: string, pair: string | null, maxLength: number) {
    const slots = pair === null ? this.single : this.double;
    const room = maxLength - (slots.length - (pair === null ? 1 : 2));
    if (room < 0) {
      const message = `A length of ${maxLength} tokens leaves no room beside the special tokens.`;
      throw new WinnowError('bad-option', message, 'Choose a greater maximum length.');
    }
    const first = this.library.encode(text, { add_special_tokens: false });
    const second = this.library.encode(pair ?? '', { add_special_tokens: false });
    const [firstLength, secondLength] = longestFirst(first.ids.length, second.ids.length, room);
    return { slots, first: start(first, firstLength), second: start(second, secondLength) };
  }

  /** Where special tokens go, found by letting the post-processor arrange two stand-ins. */
  private layout(pair: boolean): Slot[] {
    const [a, b] = ['\u0000a', '\u0000b'];
    const arrange = this.library.post_processor;
    const given = { tokens: pair ? [a, b] : [a], token_type_ids: pair ? [0, 1] : [0] };
    const arranged = arrange ? arrange([a], pair ? [b] : null, true) : given;
    return arranged.tokens.map((token, index) => {
      const typeId = arranged.token_type_ids?.[index] ?? 0;
      if (token === a || token === b) return { content: token === a ? 'first' : 'second', typeId };
      const special = this.library.token_to_id(token);
      if (special === undefined) {
        throw new WinnowError('bad-tokenizer', `The special token ${token} has no number in the vocabulary.`, next);
      }
      return { content: { special }, typeId };
    });
  }
}

function start(encoding: { ids: number[]; tokens: string[] }, length: number) {
  return { ids: encoding.ids.slice(0, length), tokens: encoding.tokens.slice(0, length) };
}

/**
 * How many tokens of each text stay when both may have `room`. Source: `truncate_encodings` of huggingface/tokenizers:
 * the longer text is cut down to the shorter one; if that is not enough, both to half, the odd token to the longer.
 */
function longestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const shorter = Math.min(first, second);
  const half = Math.floor(room / 2);
  const [few, many] = shorter <= half ? [shorter, room - shorter] : [half, room - half];
  return first > second ? [many, few] : [few, many];
}

/** Words repeat: each is split into its pieces once. Only for WordPiece, which splits every word on its own. */
function cacheWords(library: Library): void {
  const { model } = library;
  if (!model) return;
  const split = model.encode.bind(model);
  const pieces = new Map<string, string[]>();
  model.encode = (words) =>
    words.flatMap((word) => {
      const known = pieces.get(word);
      if (known) return known;
      const fresh = split([word]);
      if (pieces.size < cachedWords) pieces.set(word, fresh);
      return fresh;
    });
}

const cachedWords = 200_000;
const rowsAtOnce = 512;

/** Encodes all rows, one output each; progress counts rows. */
export async function encodeRows(
  tokenizer: Tokenizer,
  rows: readonly TextRow[],
  maxLength: number,
  { signal, progress }: Control = {},
): Promise<EncodedRows> {
  const offsets = new Uint32Array(rows.length + 1);
  const encodings: Encoding[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    if (row % rowsAtOnce === 0) {
      progress?.(row, rows.length);
      await yieldToEvents();
      signal?.throwIfAborted();
    }
    const encoding = tokenizer.encode(rows[row].text, rows[row].pair, maxLength);
    encodings.push(encoding);
    offsets[row + 1] = offsets[row] + encoding.ids.length;
  }
  const ids = new Int32Array(offsets[rows.length]);
  const typeIds = new Uint8Array(offsets[rows.length]);
  encodings.forEach((encoding, row) => {
    ids.set(encoding.ids, offsets[row]);
    typeIds.set(encoding.typeIds, offsets[row]);
  });
  progress?.(rows.length, rows.length);
  const outputOffsets = Uint32Array.from(offsets.keys());
  const pooledFrom = offsets.slice(0, -1);
  const pooledTo = pooledFrom.map((token) => token + 1);
  return { rows: rows.length, offsets, ids, typeIds, outputs: rows.length, outputOffsets, pooledFrom, pooledTo };
}
