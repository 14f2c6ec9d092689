/**
 * BERT's normalisation as Hugging Face's Rust tokenizers do it (`normalizers/bert.rs`), in place of the JavaScript
 * library's, which differs in three ways: it lowers case before it strips accents and by context (final sigma), misses
 * Chinese characters beyond the first plane, and tests every character with regular expressions.
 */
import type { BertNormalizer, SequenceNormalizer, Tokenizer } from '@huggingface/tokenizers';

/** Puts our normalisation into every BertNormalizer of a tokenizer. */
export function correctNormalizers(tokenizer: Tokenizer): void {
  const { normalizer } = tokenizer;
  const all = isSequence(normalizer) ? normalizer.normalizers : [normalizer];
  for (const one of all) {
    if (!isBert(one)) continue;
    const { clean_text, handle_chinese_chars, lowercase, strip_accents } = one.config;
    const options = {
      clean: clean_text ?? true,
      chinese: handle_chinese_chars ?? true,
      lower: lowercase ?? true,
      strip: strip_accents ?? lowercase ?? true,
    };
    one.normalize = (text) => normalizeBert(text, options);
  }
}

type Normalizer = Tokenizer['normalizer'];

// By their own names: the classes are bundled into transformers.js and not to be had.
function isSequence(normalizer: Normalizer): normalizer is SequenceNormalizer {
  return normalizer?.config.type === 'Sequence';
}

function isBert(normalizer: Normalizer): normalizer is BertNormalizer {
  return normalizer?.config.type === 'BertNormalizer';
}

interface BertOptions {
  clean: boolean;
  chinese: boolean;
  lower: boolean;
  strip: boolean;
}

const printableAscii = /^[\x20-\x7e]*$/;
/** White space but the line breaks, tabs and spaces that are not controls comes as a space. */
const control = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu;
const space = /\p{White_Space}/gu;
const accent = /\p{Mn}/gu;
/** The blocks that bert.rs counts as Chinese. */
const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

function normalizeBert(text: string, options: BertOptions): string {
  if (printableAscii.test(text)) return options.lower ? text.toLowerCase() : text;
  let result = text;
  if (options.clean) result = result.replace(control, '').replace(space, ' ');
  if (options.chinese) result = result.replace(chinese, ' $& ');
  if (options.strip) result = result.normalize('NFD').replace(accent, '');
  if (options.lower) result = Array.from(result, (character) => character.toLowerCase()).join('');
  return result;
}
