/**
 * Patterns that a tokenizer.json gives as a text or as a regular expression of Oniguruma. Expressions of a file are never
 * run: those that converters write are known by their text and written here anew, every other one is refused. They are
 * put in the place of the library's own translation, which folds the case of ASCII letters only.
 */
import { whiteSpace } from './unicode.ts';
import type { Spec } from './spec.ts';
import { longestEntry } from './vocabulary.ts';

const s = whiteSpace;
const notSpace = `[^${whiteSpace}]`;
const symbol = `[^${whiteSpace}\\p{L}\\p{N}]`;

/** GPT-2's words, byte-level BPE's own cut. */
export const gpt2Words = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?${symbol}+|${s}+(?!${notSpace})|${s}+`;

const contraction = "'(?:[sSdDmMtTſ]|[lL][lL]|[vV][eE]|[rR][eE])";
const modernWords = (digits: string): string =>
  `${contraction}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?${symbol}+[\\r\\n]*|${s}*[\\r\\n]+|${s}+(?!${notSpace})|${s}+`;

/** By the expression as files write it. */
const known = new Map<string, string>([
  [' {2,}', ' {2,}'],
  [' +', ' +'],
  ['\\s', s],
  ['\\s+', `${s}+`],
  ['[\\r\\n]', '[\\r\\n]'],
  ["'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", gpt2Words],
  ...['\\p{N}{1,3}', '\\p{N}'].map((digits): [string, string] => [
    `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
    modernWords(digits),
  ]),
]);

/** A pattern as the file gives it, and as a global expression that never matches nothing. */
interface Pattern {
  config: { String: string } | { Regex: string };
  expression: RegExp;
}

/** The field `pattern`. */
export function readPattern(spec: Spec): Pattern {
  const pattern = spec.object('pattern') ?? spec.fail('has no pattern');
  if (pattern.has('String')) {
    const text = pattern.text('String');
    if (text === '') spec.fail('looks for an empty text');
    if (text.length > longestEntry)
      spec.fail(`looks for a text of ${text.length} characters, more than ${longestEntry}`);
    return { config: { String: text }, expression: new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'gu') };
  }
  const given = pattern.text('Regex');
  const source = known.get(given);
  if (source === undefined) {
    const shown = given.length > 60 ? `${given.slice(0, 60)}…` : given;
    return spec.fail(`cuts by the regular expression ${shown}, which Winnow does not know: it runs none from a file`);
  }
  return { config: { Regex: given }, expression: new RegExp(source, 'gu') };
}
