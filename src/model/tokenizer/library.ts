/**
 * The engine: the tokenizer inside @huggingface/transformers, made from what our readers have checked. It gets neither
 * added tokens nor templates, which stand in added-tokens.ts and template.ts: it knows no `single_word` and strips
 * JavaScript's white space (13 and 10 of the 2,027 odd texts of two fixtures differ), names special tokens by text where
 * files give numbers, and types RoBERTa's pairs 0 and 1 (all 16 pairs differ).
 */
import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { PreTrainedTokenizer } from '@huggingface/transformers';

/** What the library is given for one step, and what is put into the step it makes where it differs from Rust. */
export interface Step {
  config: Readonly<Record<string, unknown>> & { type: string };
  /** Properties of the library's object. */
  patch?: Readonly<Record<string, unknown>>;
  /** The steps of a sequence. */
  steps?: readonly Step[];
}

/** Where a piece of text stands. */
export interface Place {
  /** 0 where the text starts the row. */
  section_index: number;
  /** The whole text that is cut. */
  text: string;
}

export interface ModelConfig {
  kind: 'WordPiece' | 'BPE' | 'Unigram';
  vocabulary: ReadonlyMap<string, number>;
  /** The library's own fields, `vocab` among them for Unigram only. */
  config: Readonly<Record<string, unknown>>;
  /** Unknown text becomes its UTF-8 bytes where the vocabulary has `<0xNN>` for all of them; Unigram only. */
  byteFallback: boolean;
}

export type Engine = Pick<Library, 'normalizer' | 'pre_tokenizer'> & { model: NonNullable<Library['model']> };

/** @throws Error of the library, when it cannot use the steps. */
export function makeEngine(normalizer: Step | null, preTokenizer: Step | null, model: ModelConfig): Engine {
  const { config, kind, vocabulary } = model;
  const json = {
    normalizer: normalizer?.config ?? null,
    pre_tokenizer: preTokenizer?.config ?? null,
    model: { vocab: kind === 'Unigram' ? null : Object.fromEntries(vocabulary), ...config, type: kind },
    post_processor: null,
    decoder: null,
    added_tokens: [],
  };
  const library = new PreTrainedTokenizer(json, {})._tokenizer;
  if (normalizer) install(library.normalizer, normalizer);
  if (preTokenizer) install(library.pre_tokenizer, preTokenizer);
  if (!library.model) throw new Error('it has no model');
  return { normalizer: library.normalizer, pre_tokenizer: library.pre_tokenizer, model: library.model };
}

/** The normalisation alone, with a model that is never asked. */
export function makeNormalizer(normalizer: Step | null): (text: string) => string {
  const vocabulary = new Map([['[UNK]', 0]]);
  const config = { unk_token: '[UNK]', continuing_subword_prefix: '', max_input_chars_per_word: 1 };
  const made = makeEngine(normalizer, null, { kind: 'WordPiece', vocabulary, config, byteFallback: false }).normalizer;
  return (text) => made?.normalize(text) ?? text;
}

/** The library's sequences hold their steps under either name. */
interface LibraryStep {
  normalizers?: (object | null)[];
  tokenizers?: (object | null)[];
}

function install(made: object | null, { patch, steps }: Step): void {
  if (!made) return;
  if (patch) Object.assign(made, patch);
  const { normalizers, tokenizers } = made as LibraryStep;
  steps?.forEach((step, index) => install((normalizers ?? tokenizers)?.[index] ?? null, step));
}

export function sequence(name: 'normalizers' | 'pretokenizers', steps: readonly Step[]): Step {
  return { config: { type: 'Sequence', [name]: steps.map(({ config }) => config) }, steps };
}
