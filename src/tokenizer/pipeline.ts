/**
 * A tokenizer put together from its parts: added tokens are cut out, the rest is normalised, cut into pieces and those
 * into subwords by the library; special tokens go where the template says. Equal to Hugging Face's Rust tokenizers, which
 * also made the goldens. A row is cut to the caller's length before special tokens are added, longest first; padding is the batch's.
 */
import { WinnowError } from '../base/errors.ts';
import { tokenCutter, type AddedToken } from './added-tokens.ts';
import { makeCutter, makeModel, makeNormalizer, type SubwordModel, type Step } from './library.ts';
import { pieceEncoder } from './piece-encoder.ts';
import type { Slot, Template } from './template.ts';
import type { Encoding, Padding, Tokenizer, WordEncoding } from './tokenizer.ts';

export interface PipelineParts {
  /** What they come from, for messages. */
  file: string;
  added: readonly AddedToken[];
  normalizer: readonly Step[];
  /** The same without SentencePiece's table, if it has one: what it drops, Rust still counts as the start of the text. */
  rules?: readonly Step[];
  preTokenizer: readonly Step[];
  model: SubwordModel;
  template: Template;
  /** A word in a sentence is taken as if a space preceded it: byte-level models know words by it. */
  spaceBeforeWords: boolean;
  /** What padding the files ask for, as far as they do. */
  padding: Partial<Padding>;
  /** Something that is worth saying of its files. */
  remark?: string | null;
  /** Settings beside a tokenizer.json made other parts of it. */
  overruled?: boolean;
  /** The model as tokenizer.json says it, of a bare vocabulary. */
  modelText?: () => string;
}

/**
 * @param path of the file that the tokenizer comes from, for the card
 * @param pooling where the token of a text stands that the model is read at: `first` for certain, `last` where the tokenizer
 * adds none of its own
 */
export function tokenizerOf(parts: PipelineParts, path: string, pooling?: 'first' | 'last'): Tokenizer {
  const { added, file, model, template, spaceBeforeWords } = parts;
  const normalize = makeNormalizer(parts.normalizer, file);
  const byRules = makeNormalizer(parts.rules ?? parts.normalizer, file);
  const pieces = makeCutter(parts.preTokenizer);
  const pieceIds = pieceEncoder(makeModel(model), model);
  const early = added.filter(({ normalized }) => !normalized);
  const late = added.filter(({ normalized }) => normalized);
  const cutEarly = tokenCutter(early, contentsOf(early));
  const cutLate = tokenCutter(late, normalize(contentsOf(late)));
  const texts = new Map<number, string>();
  for (const [text, id] of model.vocabulary) texts.set(id, text);
  for (const { content, id } of added) texts.set(id, content);
  const classification = pooling === 'first' ? pooling : classificationOf(template.single, pooling);

  /** Whether what is first after normalisation was first before: nothing was dropped there. */
  const keepsStart = (text: string): boolean => {
    if (lasting.test(text)) return true;
    const [rest, whole] = byRules([text.slice(1), text]);
    return rest !== whole;
  };

  /** The ids of `text`, without special tokens that it does not spell out. */
  const subwords = (text: string, spaceBefore: boolean): number[] =>
    cutEarly(text).flatMap((raw) => {
      if ('id' in raw) return [raw.id];
      const [normalized] = normalize([raw.text]);
      const atStart = raw.start === 0 && keepsStart(raw.text);
      return cutLate(normalized).flatMap((rest) => {
        if ('id' in rest) return [rest.id];
        const spaced = spaceBefore && !rest.text.startsWith(' ') ? ` ${rest.text}` : rest.text;
        const place = { section_index: atStart && rest.start === 0 ? 0 : 1, text: spaced };
        return pieces(spaced, place).flatMap(pieceIds);
      });
    });

  const encode = (text: string, pair: string | null, maxLength: number): Encoding => {
    const slots = pair === null ? template.single : template.pair;
    const room = maxLength - slots.filter(({ content }) => typeof content === 'object').length;
    if (room < 0) {
      const message = `A length of ${maxLength} tokens leaves no room beside the special tokens.`;
      throw new WinnowError('bad-option', message, 'Choose a greater maximum length.');
    }
    const first = subwords(text, false);
    const second = pair === null ? [] : subwords(pair, false);
    [first.length, second.length] = longestFirst(first.length, second.length, room);
    const { ids, typeIds } = filled(slots, [first], second);
    return { ids, typeIds };
  };

  const wordIds = (word: string): number[] => subwords(word, spaceBeforeWords);
  const shown = (ids: readonly number[]): string[] => ids.map((id) => texts.get(id) ?? '');
  return {
    card: { path, kind: model.kind, vocabulary: greatestId(texts, template) + 1 },
    classification,
    remark: parts.remark ?? null,
    padding: paddingOf(parts, classification),
    encode,
    encodeWords: (words) => filled(template.single, words.map(wordIds), []),
    tokens: (text, pair, maxLength) => shown(encode(text, pair, maxLength).ids),
    wordTokens: (word) => shown(wordIds(word)),
  };
}

/** A row of the ids that belong into each slot; the first text comes in parts, a span each. */
function filled(slots: readonly Slot[], first: readonly number[][], second: readonly number[]): WordEncoding {
  const row: WordEncoding = { ids: [], typeIds: [], spans: [] };
  for (const { content, typeId } of slots) {
    const parts = content === 'first' ? first : content === 'second' ? [second] : [[content.special]];
    for (const part of parts) {
      const start = row.ids.length;
      for (const id of part) {
        row.ids.push(id);
        row.typeIds.push(typeId);
      }
      if (content === 'first') row.spans.push([start, row.ids.length]);
    }
  }
  return row;
}

function greatestId(texts: ReadonlyMap<number, string>, { single, pair }: Template): number {
  const specials = [...single, ...pair].flatMap(({ content }) => (typeof content === 'object' ? content.special : []));
  return [...texts.keys(), ...specials].reduce((greatest, id) => Math.max(greatest, id), 0);
}

/** A first character that no normalisation drops. */
const lasting = /^[\p{L}\p{N}\p{P}\p{S}]/u;

function contentsOf(tokens: readonly AddedToken[]): string[] {
  return tokens.map(({ content }) => content);
}

/** The classification token stands last where nothing but the text stands before it, as in XLNet. */
function classificationOf(single: readonly Slot[], absent: 'first' | 'last' = 'first'): 'first' | 'last' {
  const special = (slot: Slot | undefined): boolean => typeof slot?.content === 'object';
  if (special(single[0])) return 'first';
  return special(single.at(-1)) ? 'last' : absent;
}

/** XLNet gives texts the types 0 and 1, the classification token 2 and padding 3. */
function paddingOf({ added, padding, template }: PipelineParts, classification: 'first' | 'last'): Padding {
  const token = added.find(({ content }) => content === '[PAD]' || content === '<pad>');
  return {
    side: padding.side ?? (classification === 'last' ? 'left' : 'right'),
    id: padding.id ?? token?.id ?? 0,
    typeId: padding.typeId ?? (template.single.at(-1)?.typeId === 2 ? 3 : 0),
  };
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
