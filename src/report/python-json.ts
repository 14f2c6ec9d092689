/**
 * JSON as Python's json module writes it: NaN, Infinity and −Infinity stand for numbers. NaN is read as null, Winnow's
 * "not defined", and null is written as NaN; files of scores hold no other null.
 */
import { WinnowError } from '../base/errors.ts';

/** A string, so that its content is passed over, or a word that JSON does not have. */
const words = /"(?:[^"\\]|\\.)*"|\bNaN\b|\bInfinity\b/gs;
/** As long as the word it stands for, and beyond the largest double. */
const infinity = '1e999   ';

/**
 * @param name the file's, for the sentence.
 * @throws WinnowError `bad-file` saying where the text stops being JSON, counted from 1.
 */
export function parsePythonJson(text: string, name: string): unknown {
  const grown: number[] = [];
  const plain = text.replace(words, (word, offset: number) => {
    if (word === 'Infinity') return infinity;
    if (word !== 'NaN') return word;
    grown.push(offset);
    return 'null';
  });
  try {
    return JSON.parse(plain) as unknown;
  } catch (cause) {
    const { message } = cause as Error;
    const position = /position (\d+)/.exec(message);
    const reached = position ? Number(position[1]) : plain.length;
    const longer = grown.filter((offset, i) => offset + i < reached).length;
    const where = `character ${reached - longer + 1} of ${text.length}`;
    const next = 'The file was perhaps not copied whole: copy it again.';
    throw new WinnowError('bad-file', `\`${name}\` is not JSON from ${where} on: ${message}.`, next, cause);
  }
}

/** Keys keep their order; undefined entries are left out. */
export function pythonJson(value: unknown): string {
  if (value === null) return 'NaN';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, own]) => own !== undefined);
  return `{${entries.map(([key, own]) => `${JSON.stringify(key)}: ${pythonJson(own)}`).join(', ')}}`;
}
