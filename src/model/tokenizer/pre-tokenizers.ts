/** What cuts a normalised text into pieces before the model: the pre-tokenizers of Hugging Face's Rust library. */
import { toByteLevel } from './byte-level.ts';
import { gpt2Words, readPattern } from './patterns.ts';
import { behaviors, cutting, splitting, type Behavior, type PreTokenizer } from './splits.ts';
import type { Spec } from './spec.ts';
import { punctuation, whiteSpace, wordCharacter } from './unicode.ts';

const bertWords = new RegExp(`[${punctuation}]|[^${whiteSpace}${punctuation}]+`, 'gu');
const words = new RegExp(`[${wordCharacter}]+|[^${wordCharacter}${whiteSpace}]+`, 'gu');
const spaces = new RegExp(`${whiteSpace}+`, 'gu');
const gpt2 = new RegExp(gpt2Words, 'gu');
const marks = new RegExp(`[${punctuation}]`, 'gu');

export const bertPreTokenizer: PreTokenizer = cutting((text) => text.match(bertWords) ?? []);
export const whitespaceSplit: PreTokenizer = splitting(spaces, 'Removed');

export type PrependScheme = 'always' | 'first' | 'never';

/** Spaces become `mark`, one is put before the text where there is none, and every piece starts with one. */
export function metaspace(mark: string, prepend: PrependScheme, split: boolean): PreTokenizer {
  const cut = splitting(
    new RegExp(mark === '' ? '(?!)' : `\\u{${mark.codePointAt(0)?.toString(16)}}`, 'gu'),
    'MergedWithNext',
  );
  return ({ texts, atStart }) => {
    const marked = texts.map((text, index) => {
      const replaced = text.replaceAll(' ', mark);
      const wanted = prepend === 'always' || (prepend === 'first' && atStart && index === 0);
      return wanted && !replaced.startsWith(mark) ? mark + replaced : replaced;
    });
    const pieces = { texts: marked, atStart };
    return split ? cut(pieces) : pieces;
  };
}

/** @param prefixSpace puts a space before a text that starts with none */
export function byteLevel(prefixSpace: boolean, cutWords: boolean): PreTokenizer {
  const cut = cutting((text) => {
    const spaced = prefixSpace && !text.startsWith(' ') ? ` ${text}` : text;
    return (cutWords ? (spaced.match(gpt2) ?? []) : [spaced]).map(toByteLevel);
  });
  return cut;
}

const deepest = 4;

/** @throws WinnowError `bad-tokenizer` for a kind that this version does not know. */
export function readPreTokenizer(spec: Spec | null, depth = 0): PreTokenizer {
  if (!spec) return (pieces) => pieces;
  switch (spec.type) {
    case 'Sequence': {
      if (depth >= deepest) spec.fail('is nested too deeply');
      const steps = spec.objects('pretokenizers', 32).map((step) => readPreTokenizer(step, depth + 1));
      return (pieces) => steps.reduce((result, step) => step(result), pieces);
    }
    case 'BertPreTokenizer':
      return bertPreTokenizer;
    case 'WhitespaceSplit':
      return whitespaceSplit;
    case 'Whitespace':
      return splitting(words, 'Removed', true);
    case 'Metaspace':
      return readMetaspace(spec);
    case 'ByteLevel':
      return byteLevel(spec.flag('add_prefix_space', true), spec.flag('use_regex', true));
    case 'Punctuation':
      return splitting(marks, readBehavior(spec, 'Isolated'));
    case 'Digits':
      return splitting(/\p{N}/gu, spec.flag('individual_digits', false) ? 'Isolated' : 'Contiguous');
    case 'Split':
      return splitting(readPattern(spec), readBehavior(spec, 'Isolated'), spec.flag('invert', false));
    default:
      return spec.fail(`is of the type "${spec.type}", which this version of Winnow does not know`);
  }
}

function readMetaspace(spec: Spec): PreTokenizer {
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
