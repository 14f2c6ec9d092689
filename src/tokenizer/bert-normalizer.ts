/**
 * BERT's normalisation as Hugging Face's Rust tokenizers do it (`normalizers/bert.rs`): accents go before case, case is
 * lowered character by character, and Chinese characters of every plane stand alone.
 */
import { lowercase } from './unicode.ts';

export interface BertOptions {
  /** Drop controls, turn every white space into a space. */
  clean: boolean;
  /** A space on either side of every Chinese character. */
  chinese: boolean;
  lower: boolean;
  /** Drop accents. */
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

export function normalizeBert(text: string, options: BertOptions): string {
  if (printableAscii.test(text)) return options.lower ? text.toLowerCase() : text;
  let result = text;
  if (options.clean) result = result.replace(control, '').replace(space, ' ');
  if (options.chinese) result = result.replace(chinese, ' $& ');
  if (options.strip) result = result.normalize('NFD').replace(accent, '');
  return options.lower ? lowercase(result) : result;
}
