/**
 * What is done to a text before it is cut, checked field by field and handed to the library. Replaced are the steps that
 * the library does otherwise than Rust (texts of the fixture's 2,027 that differ): BertNormalizer (155: Chinese beyond
 * the first plane, U+0085, final sigma), Strip (30: U+FEFF and U+0085), Precompiled (19: fixed rules instead of the table).
 * None differs by Lowercase (final sigma) and Prepend (on nothing), which do in Rust; ByteLevel it lacks.
 */
import { normalizeBert, type BertOptions } from './bert-normalizer.ts';
import { toByteLevel } from './byte-level.ts';
import { readCharsmap } from './charsmap.ts';
import type { Step } from './library.ts';
import { readPattern } from './patterns.ts';
import { stepsOf, type Spec } from './spec.ts';
import { lowercase, whiteSpace } from './unicode.ts';

type Normalize = (text: string) => string;

const leading = new RegExp(`^${whiteSpace}+`, 'u');
const space = new RegExp(whiteSpace, 'u');

/** A step of the library that runs `normalize` instead of its own. */
function replaced(written: Step['written'], normalize: Normalize): Step {
  return { config: { type: 'Lowercase' }, patch: { normalize }, written };
}

export const lowercaseStep = replaced({ type: 'Lowercase' }, lowercase);

export function bertStep(options: BertOptions): Step {
  const { clean, chinese, strip, lower } = options;
  const written = { clean_text: clean, handle_chinese_chars: chinese, strip_accents: strip, lowercase: lower };
  return replaced({ type: 'BertNormalizer', ...written }, (text) => normalizeBert(text, options));
}

/** @throws WinnowError `bad-tokenizer` when the table's sizes do not fit. */
export function charsmapStep(table: Uint8Array, file: string): Step {
  const written = {
    type: 'Precompiled',
    // Made when it is asked for: a table has up to a megabyte.
    get precompiled_charsmap() {
      return toBase64(table);
    },
  };
  return replaced(written, readCharsmap(table, file));
}

/** A step that has no choices, and that the library does as Rust does. */
export function plainStep(type: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' | 'StripAccents'): Step {
  return { config: { type }, written: { type } };
}

/** A text for another, as it stands. */
export function replaceStep(text: string, content: string): Step {
  const pattern = { String: text };
  return {
    config: { type: 'Replace', pattern, content: content.replaceAll('$', '$$$$') },
    written: { type: 'Replace', pattern, content },
  };
}

/**
 * The steps in their order, those of sequences among them.
 * @param tables whether SentencePiece's tables take part
 * @throws WinnowError `bad-tokenizer` for a kind that this version does not know.
 */
export function readNormalizer(spec: Spec | null, tables = true): Step[] {
  return stepsOf(spec, 'normalizers').flatMap((step) => readStep(step, tables) ?? []);
}

function readStep(spec: Spec, tables: boolean): Step | null {
  const { type } = spec;
  switch (type) {
    case 'BertNormalizer':
      return readBert(spec);
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
    case 'StripAccents':
      return plainStep(type);
    case 'Lowercase':
      return lowercaseStep;
    case 'Strip':
      return replaced(spec.written(), strip(spec.flag('strip_left', true), spec.flag('strip_right', true)));
    case 'Prepend': {
      const prefix = short(spec, 'prepend');
      return replaced(spec.written(), (text) => (text === '' ? text : prefix + text));
    }
    case 'ByteLevel':
      return replaced({ type }, toByteLevel);
    case 'Replace': {
      const { expression } = readPattern(spec);
      const content = short(spec, 'content');
      return replaced(spec.written(), (text) => text.replace(expression, () => content));
    }
    case 'Precompiled':
      return tables ? charsmapStep(fromBase64(spec), spec.file) : null;
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

function readBert(spec: Spec): Step {
  const lower = spec.flag('lowercase', true);
  return bertStep({
    clean: spec.flag('clean_text', true),
    chinese: spec.flag('handle_chinese_chars', true),
    lower,
    strip: spec.flag('strip_accents', lower),
  });
}

function strip(left: boolean, right: boolean): Normalize {
  return (text) => {
    let end = text.length;
    if (right) while (end > 0 && space.test(text[end - 1])) end--;
    const rest = text.slice(0, end);
    return left ? rest.replace(leading, '') : rest;
  };
}

/** In pieces: the arguments of one call are limited. */
function toBase64(bytes: Uint8Array): string {
  const size = 0x8000;
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += String.fromCharCode(...bytes.subarray(at, at + size));
  return btoa(text);
}

function fromBase64(spec: Spec): Uint8Array {
  try {
    return Uint8Array.from(atob(spec.text('precompiled_charsmap')), (character) => character.charCodeAt(0));
  } catch {
    return spec.fail('has a precompiled_charsmap that is not base64');
  }
}
