/** What is done to a text before it is cut: the normalizers of Hugging Face's Rust library. */
import { normalizeBert } from './bert-normalizer.ts';
import { toByteLevel } from './byte-level.ts';
import { bounded, readCharsmap } from './charsmap.ts';
import { readPattern } from './patterns.ts';
import type { Spec } from './spec.ts';
import { lowercase, whiteSpace } from './unicode.ts';

export type Normalizer = (text: string) => string;

const leading = new RegExp(`^${whiteSpace}+`, 'u');
const space = new RegExp(whiteSpace, 'u');
const deepest = 4;

export const stripAccents: Normalizer = (text) => text.replace(/\p{M}/gu, '');

export function inOrder(steps: readonly Normalizer[]): Normalizer {
  return (text) => steps.reduce((result, step) => step(result), text);
}

/**
 * @param tables whether SentencePiece's tables take part
 * @throws WinnowError `bad-tokenizer` for a kind that this version does not know.
 */
export function readNormalizer(spec: Spec | null, { tables = true, depth = 0 } = {}): Normalizer {
  if (!spec) return (text) => text;
  const { type } = spec;
  switch (type) {
    case 'Sequence':
      if (depth >= deepest) spec.fail('is nested too deeply');
      return inOrder(spec.objects('normalizers', 32).map((step) => readNormalizer(step, { tables, depth: depth + 1 })));
    case 'BertNormalizer':
      return readBert(spec);
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return (text) => text.normalize(type);
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return stripAccents;
    case 'Strip':
      return strip(spec.flag('strip_left', true), spec.flag('strip_right', true));
    case 'Prepend': {
      const prefix = short(spec, 'prepend');
      return (text) => (text === '' ? text : prefix + text);
    }
    case 'ByteLevel':
      return toByteLevel;
    case 'Replace': {
      const pattern = readPattern(spec);
      const content = short(spec, 'content');
      return (text) =>
        bounded(
          text.replace(pattern, () => content),
          spec.file,
        );
    }
    case 'Precompiled':
      return tables ? readCharsmap(fromBase64(spec), spec.file) : (text) => text;
    default:
      return spec.fail(`is of the type "${type}", which this version of Winnow does not know`);
  }
}

/** A text that is put in at many places. */
function short(spec: Spec, key: string): string {
  const text = spec.text(key);
  if (text.length > 8) spec.fail(`puts in a text of ${text.length} characters, more than 8`);
  return text;
}

function readBert(spec: Spec): Normalizer {
  const lower = spec.flag('lowercase', true);
  const options = {
    clean: spec.flag('clean_text', true),
    chinese: spec.flag('handle_chinese_chars', true),
    lower,
    strip: spec.flag('strip_accents', lower),
  };
  return (text) => normalizeBert(text, options);
}

function strip(left: boolean, right: boolean): Normalizer {
  return (text) => {
    let end = text.length;
    if (right) while (end > 0 && space.test(text[end - 1])) end--;
    const rest = text.slice(0, end);
    return left ? rest.replace(leading, '') : rest;
  };
}

function fromBase64(spec: Spec): Uint8Array {
  try {
    return Uint8Array.from(atob(spec.text('precompiled_charsmap')), (character) => character.charCodeAt(0));
  } catch {
    return spec.fail('has a precompiled_charsmap that is not base64');
  }
}
