/**
 * A tokenizer put together from its parts: added tokens are cut out, the rest is normalised, cut into pieces and those
 * into subwords by the library; special tokens go where the template says. Equal to Hugging Face's Rust tokenizers, which also made the
 * goldens. A row is cut to the caller's length before special tokens are added, longest first; padding is the batch's.
 */
import { WinnowError } from '../base/errors.ts';
import { AddedTokens, type AddedToken } from './added-tokens.ts';
import { makeCutter, makeModel, makeNormalizer, type Cutter, type SubwordModel, type Step } from './library.ts';
import { pieceEncoder, type PieceEncoder } from './piece-encoder.ts';
import type { Slot, Template } from './template.ts';
import type { Encoding, Padding, Tokenizer, TokenizerCard, WordEncoding } from './tokenizer.ts';

export interface Parts {
  /** What they come from, for messages. */
  file: string;
  added: readonly AddedToken[];
  normalizer: readonly Step[];
  /** The same without SentencePiece's table: what it drops, Rust still counts as the start of the text. */
  rules: readonly Step[];
  preTokenizer: readonly Step[];
  model: SubwordModel;
  template: Template;
  /** A word in a sentence is taken as if a space preceded it: byte-level models know words by it. */
  spaceBeforeWords: boolean;
  /** What padding the files ask for, as far as they do. */
  padding: Partial<Padding>;
}

export class PipelineTokenizer implements Tokenizer {
  readonly card: TokenizerCard;
  readonly classification: 'first' | 'last';
  readonly padding: Padding;
  private readonly parts: Parts;
  private readonly normalize: (texts: readonly string[]) => string[];
  private readonly byRules: (texts: readonly string[]) => string[];
  private readonly pieces: Cutter;
  private readonly pieceIds: PieceEncoder;
  private readonly raw: AddedTokens;
  private readonly normalized: AddedTokens;
  private readonly texts = new Map<number, string>();

  /**
   * @param path of the file that the tokenizer comes from, for the card
   * @param pooling where the classification token stands when there is none of the tokenizer's own
   */
  constructor(parts: Parts, path: string, pooling: 'first' | 'last' = 'first') {
    this.parts = parts;
    this.normalize = makeNormalizer(parts.normalizer, parts.file);
    this.byRules = makeNormalizer(parts.rules, parts.file);
    this.pieces = makeCutter(parts.preTokenizer);
    this.pieceIds = pieceEncoder(makeModel(parts.model), parts.model);
    const early = parts.added.filter(({ normalized }) => !normalized);
    const late = parts.added.filter(({ normalized }) => normalized);
    this.raw = new AddedTokens(early, contentsOf(early));
    this.normalized = new AddedTokens(late, this.normalize(contentsOf(late)));
    for (const [text, id] of parts.model.vocabulary) this.texts.set(id, text);
    for (const { content, id } of parts.added) this.texts.set(id, content);
    let greatest = 0;
    for (const id of this.texts.keys()) greatest = Math.max(greatest, id);
    for (const { content } of [...parts.template.single, ...parts.template.pair]) {
      if (typeof content === 'object') greatest = Math.max(greatest, content.special);
    }
    this.card = { path, kind: parts.model.kind, vocabulary: greatest + 1 };
    this.classification = classificationOf(parts.template.single, pooling);
    this.padding = paddingOf(parts, this.classification);
  }

  encode(text: string, pair: string | null, maxLength: number): Encoding {
    const { first, second, slots } = this.cut(text, pair, maxLength);
    const ids: number[] = [];
    const typeIds: number[] = [];
    for (const { content, typeId } of slots) {
      const part = content === 'first' ? first : content === 'second' ? second : [content.special];
      for (const id of part) {
        ids.push(id);
        typeIds.push(typeId);
      }
    }
    return { ids, typeIds };
  }

  tokens(text: string, pair: string | null, maxLength: number): string[] {
    return this.encode(text, pair, maxLength).ids.map((id) => this.texts.get(id) ?? '');
  }

  encodeWords(words: readonly string[]): WordEncoding {
    const ids: number[] = [];
    const typeIds: number[] = [];
    const spans: [number, number][] = [];
    for (const { content, typeId } of this.parts.template.single) {
      const before = ids.length;
      if (content === 'first') {
        for (const word of words) {
          const start = ids.length;
          this.subwords(word, this.parts.spaceBeforeWords, ids);
          spans.push([start, ids.length]);
        }
      } else if (content !== 'second') ids.push(content.special);
      for (let place = before; place < ids.length; place++) typeIds.push(typeId);
    }
    return { ids, typeIds, spans };
  }

  wordTokens(word: string): string[] {
    const ids: number[] = [];
    this.subwords(word, this.parts.spaceBeforeWords, ids);
    return ids.map((id) => this.texts.get(id) ?? '');
  }

  private cut(text: string, pair: string | null, maxLength: number) {
    const slots = pair === null ? this.parts.template.single : this.parts.template.pair;
    const room = maxLength - slots.filter(({ content }) => typeof content === 'object').length;
    if (room < 0) {
      const message = `A length of ${maxLength} tokens leaves no room beside the special tokens.`;
      throw new WinnowError('bad-option', message, 'Choose a greater maximum length.');
    }
    const first: number[] = [];
    const second: number[] = [];
    this.subwords(text, false, first);
    if (pair !== null) this.subwords(pair, false, second);
    const [firstLength, secondLength] = longestFirst(first.length, second.length, room);
    return { slots, first: first.slice(0, firstLength), second: second.slice(0, secondLength) };
  }

  /** Whether what is first after normalisation was first before: nothing was dropped there. */
  private keepsStart(text: string): boolean {
    if (lasting.test(text)) return true;
    const [rest, whole] = this.byRules([text.slice(1), text]);
    return rest !== whole;
  }

  /** Appends the ids of `text`, without special tokens that it does not spell out. */
  private subwords(text: string, spaceBefore: boolean, ids: number[]): void {
    for (const early of this.raw.split(text)) {
      if ('id' in early) {
        ids.push(early.id);
        continue;
      }
      const [normalized] = this.normalize([early.text]);
      const atStart = early.start === 0 && this.keepsStart(early.text);
      for (const late of this.normalized.split(normalized)) {
        if ('id' in late) {
          ids.push(late.id);
          continue;
        }
        const spaced = spaceBefore && !late.text.startsWith(' ') ? ` ${late.text}` : late.text;
        const place = { section_index: atStart && late.start === 0 ? 0 : 1, text: spaced };
        for (const piece of this.pieces(spaced, place)) for (const id of this.pieceIds(piece)) ids.push(id);
      }
    }
  }
}

/** A first character that no normalisation drops. */
const lasting = /^[\p{L}\p{N}\p{P}\p{S}]/u;

function contentsOf(tokens: readonly AddedToken[]): string[] {
  return tokens.map(({ content }) => content);
}

/** The classification token stands last where nothing but the text stands before it, as in XLNet. */
function classificationOf(single: readonly Slot[], absent: 'first' | 'last'): 'first' | 'last' {
  const special = (slot: Slot | undefined): boolean => typeof slot?.content === 'object';
  if (special(single[0])) return 'first';
  return special(single.at(-1)) ? 'last' : absent;
}

/** XLNet gives texts the types 0 and 1, the classification token 2 and padding 3. */
function paddingOf({ added, padding, template }: Parts, classification: 'first' | 'last'): Padding {
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
