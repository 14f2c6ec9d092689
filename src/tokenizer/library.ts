/**
 * The engine: the tokenizer inside @huggingface/transformers, made from what our readers have checked. It gets neither
 * added tokens nor templates, which stand in added-tokens.ts and template.ts: it knows no `single_word` and strips
 * JavaScript's white space (13 and 10 of the 2,027 odd texts of two fixtures differ), names special tokens by text where
 * files give numbers, and types RoBERTa's pairs 0 and 1 (all 16 pairs differ).
 */
import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { badTokenizer } from './spec.ts';

/** What the library is given for one step, and what is put into the step it makes where it differs from Rust. */
export interface Step {
  config: Readonly<Record<string, unknown>> & { type: string };
  /** Properties of the library's object. */
  patch?: Readonly<Record<string, unknown>>;
  /** As tokenizer.json says it. */
  written: Readonly<Record<string, unknown>> & { type: string };
}

/** Where a piece of text stands. */
export interface TextPlace {
  /** 0 where the text starts the row. */
  section_index: number;
  /** The whole text that is cut. */
  text: string;
}

export interface SubwordModel {
  kind: 'WordPiece' | 'BPE' | 'Unigram';
  vocabulary: ReadonlyMap<string, number>;
  /** The library's own fields, with next to no vocabulary. */
  config: Readonly<Record<string, unknown>>;
  /** What is put into the library's model: the vocabulary, and what works on it. */
  patch: Readonly<Record<string, unknown>>;
  /** Unknown text becomes its UTF-8 bytes where the vocabulary has `<0xNN>` for all of them; Unigram only. */
  byteFallback: boolean;
}

export type LibraryModel = NonNullable<Library['model']>;

/** Cuts a text into pieces, or its pieces into smaller ones. */
type Cutter = (text: string, place: TextPlace) => string[];

/** The library keeps the steps of a sequence under either name. */
interface Sequence {
  normalizers?: { normalize: (text: string) => string }[];
  tokenizers?: object[];
}

/** @throws Error of the library, when it cannot use the model. */
export function makeModel({ kind, config, patch }: SubwordModel): LibraryModel {
  const { model } = libraryOf({ model: { ...config, type: kind } });
  if (!model) throw new Error('it has no model');
  return Object.assign(model, patch);
}

/** @throws Error of the library, when it cannot use the steps. */
export function makeCutter(steps: readonly Step[]): Cutter {
  const made = libraryOf({ pre_tokenizer: { type: 'Sequence', pretokenizers: steps.map(({ config }) => config) } });
  const { pre_tokenizer: cutter } = made;
  if (!cutter) throw new Error('it cuts no text');
  install((cutter as Sequence).tokenizers, steps);
  return (text, place) => cutter._call(text, place);
}

/** What the steps may write beyond the length of their texts: those of a hostile file double it again and again. */
const growthLimit = 2 ** 22;

/**
 * @param file for messages
 * @returns a function that normalises texts, each for itself; it throws WinnowError `bad-tokenizer` when they grow to
 * millions of characters together.
 * @throws Error of the library, when it cannot use the steps.
 */
export function makeNormalizer(steps: readonly Step[], file: string): (texts: readonly string[]) => string[] {
  const config = { type: 'Sequence', normalizers: steps.map((step) => step.config) };
  const { normalizers = [] } = libraryOf({ normalizer: config }).normalizer as Sequence;
  install(normalizers, steps);
  return (texts) => {
    let left = growthLimit;
    return texts.map((text) => {
      let result = text;
      for (const step of normalizers) {
        result = step.normalize(result);
        left -= Math.max(0, result.length - text.length);
        if (left < 0)
          throw badTokenizer(`The normalisation of ${file} blows a text up to ${result.length} characters.`);
      }
      return result;
    });
  };
}

/** A model that is never asked, where only steps are wanted. */
const noModel = { type: 'BPE', vocab: {}, merges: [] };

function libraryOf(parts: object): Library {
  const nothing = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [] };
  return new PreTrainedTokenizer({ ...nothing, model: noModel, ...parts }, {})._tokenizer;
}

function install(made: object[] = [], steps: readonly Step[]): void {
  steps.forEach(({ patch }, index) => {
    if (patch) Object.assign(made[index], patch);
  });
}
