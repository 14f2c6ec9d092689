/**
 * What cuts a normalised text into pieces before the model, checked and handed to the library. The library does the
 * sequences, byte-level words and plain cuts at patterns. Replaced is what it does otherwise than Rust (texts of the
 * fixture's 2,027 that differ): Whitespace and Digits (1,215: ASCII only), Punctuation and the merging behaviours (414: it
 * has none), WhitespaceSplit (64: JavaScript's white space; the same in BertPreTokenizer and byte-level words, where none
 * differs) and Metaspace (none differs, but it does not cut, so that no word is met twice).
 */
import type { TextPlace, Step } from './library.ts';
import { gpt2Words, readPattern } from './patterns.ts';
import { behaviors, splitting, type Behavior, type Cut } from './splits.ts';
import { stepsOf, type Spec } from './spec.ts';
import { punctuation, whiteSpace, wordCharacter } from './unicode.ts';

const bertWords = new RegExp(`[${punctuation}]|[^${whiteSpace}${punctuation}]+`, 'gu');
const words = new RegExp(`[${wordCharacter}]+|[^${wordCharacter}${whiteSpace}]+`, 'gu');
const spaces = new RegExp(`${whiteSpace}+`, 'gu');
const marks = new RegExp(`[${punctuation}]`, 'gu');

/** A step of the library that cuts each text by `cut`, empty pieces left out. */
function replaced(written: Step['written'], cut: Cut): Step {
  const cutText = (text: string): string[] => cut(text).filter((piece) => piece !== '');
  return { config: { type: 'WhitespaceSplit' }, patch: { pre_tokenize_text: cutText }, written };
}

export const bertPreTokenizer = replaced({ type: 'BertPreTokenizer' }, (text) => text.match(bertWords) ?? []);
export const whitespaceSplit = replaced({ type: 'WhitespaceSplit' }, splitting(spaces, 'Removed'));

type PrependScheme = 'always' | 'first' | 'never';

/** Spaces become `mark`, one is put before the text where there is none, and every piece starts with one. */
export function metaspace(mark: string, prepend: PrependScheme, split: boolean): Step {
  const pattern = new RegExp(mark === '' ? '(?!)' : `\\u{${mark.codePointAt(0)?.toString(16)}}`, 'gu');
  const cut = splitting(pattern, 'MergedWithNext');
  const pre_tokenize = (input: string | readonly string[], { section_index, text }: TextPlace): string[] => {
    const texts = typeof input === 'string' ? [input] : input;
    const atStart = section_index === 0 && text.startsWith(texts[0] ?? '');
    return texts.flatMap((part, index) => {
      const marked = part.replaceAll(' ', mark);
      const prefixed = prepend === 'always' || (prepend === 'first' && atStart && index === 0);
      const whole = prefixed && !marked.startsWith(mark) ? mark + marked : marked;
      return split ? cut(whole) : [whole];
    });
  };
  const written = { type: 'Metaspace', replacement: mark, prepend_scheme: prepend, split };
  return { config: { type: 'Metaspace' }, patch: { pre_tokenize }, written };
}

/** @param prefixSpace puts a space before a text that starts with none */
export function byteLevel(prefixSpace: boolean, cutWords: boolean): Step {
  const config = { type: 'ByteLevel', add_prefix_space: prefixSpace, use_regex: cutWords };
  const written = { ...config, trim_offsets: true };
  return { config, patch: { pattern: new RegExp(gpt2Words, 'gu') }, written };
}

/** Each adds characters, so that several would blow a text up. */
const growing = ['ByteLevel', 'Metaspace'];

/**
 * The steps in their order, those of sequences among them.
 * @throws WinnowError `bad-tokenizer` for a kind that this version does not know.
 */
export function readPreTokenizer(spec: Spec | null): Step[] {
  const steps = stepsOf(spec, 'pretokenizers');
  const twice = growing.find((type) => steps.filter((step) => step.type === type).length > 1);
  if (twice !== undefined) spec?.fail(`has several steps of the type "${twice}"`);
  return steps.map(readStep);
}

function readStep(spec: Spec): Step {
  switch (spec.type) {
    case 'BertPreTokenizer':
      return bertPreTokenizer;
    case 'WhitespaceSplit':
      return whitespaceSplit;
    case 'Whitespace':
      return replaced({ type: 'Whitespace' }, splitting(words, 'Removed', true));
    case 'Metaspace':
      return readMetaspace(spec);
    case 'ByteLevel':
      return byteLevel(spec.flag('add_prefix_space', true), spec.flag('use_regex', true));
    case 'Punctuation':
      return replaced(spec.written(), splitting(marks, readBehavior(spec, 'Isolated')));
    case 'Digits':
      return replaced(
        spec.written(),
        splitting(/\p{N}/gu, spec.flag('individual_digits', false) ? 'Isolated' : 'Contiguous'),
      );
    case 'Split':
      return readSplit(spec);
    default:
      return spec.fail(`is of the type "${spec.type}", which this version of Winnow does not know`);
  }
}

function readSplit(spec: Spec): Step {
  const { config: pattern, expression } = readPattern(spec);
  const behavior = readBehavior(spec, 'Isolated');
  const invert = spec.flag('invert', false);
  if (invert || (behavior !== 'Isolated' && behavior !== 'Removed')) {
    return replaced(spec.written(), splitting(expression, behavior, invert));
  }
  return {
    config: { type: 'Split', pattern, behavior, invert },
    patch: { pattern: expression },
    written: spec.written(),
  };
}

function readMetaspace(spec: Spec): Step {
  const mark = spec.text('replacement', '▁');
  if (Array.from(mark).length !== 1) spec.fail('replaces spaces by more than one character');
  const scheme = spec.text('prepend_scheme', spec.flag('add_prefix_space', true) ? 'always' : 'never');
  if (scheme !== 'always' && scheme !== 'first' && scheme !== 'never') {
    return spec.fail(`has the prepend_scheme "${scheme}", where always, first or never belongs`);
  }
  return metaspace(mark, scheme, spec.flag('split', true));
}

function readBehavior(spec: Spec, absent: Behavior): Behavior {
  const name = spec.text('behavior', absent);
  return behaviors.find((behavior) => behavior === name) ?? spec.fail(`has the behavior "${name}"`);
}
