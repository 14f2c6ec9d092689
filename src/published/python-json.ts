/**
 * JSON as Python's json module writes it: NaN, Infinity and −Infinity stand for numbers. NaN is read as null, Winnow's
 * "not defined", and null is written as NaN; files of scores hold no other null.
 */
import { WinnowError } from '../base/errors.ts';

/** What begins or ends a text, stands escaped in one, or nests, and the words that JSON does not have. */
const marks = /"|\\.|\bNaN\b|\bInfinity\b|[[\]{}]/gs;
/** Results nest some ten deep; whoever walks through what is nested without end runs out of stack. */
const deepest = 64;
/** As long as the word it stands for, and beyond the largest double. */
const infinity = '1e999   ';

/**
 * @param name the file's, for the sentence.
 * @throws WinnowError `bad-file` saying where the text stops being JSON, counted from 1, or that it is nested too deeply.
 */
export function parsePythonJson(text: string, name: string): unknown {
  const grown: number[] = [];
  const parts: string[] = [];
  let done = 0;
  let isText = false;
  let depth = 0;
  // One match after the other: `replace` would collect them all first.
  for (const { 0: mark, index } of text.matchAll(marks)) {
    if (mark === '"') isText = !isText;
    if (isText) continue;
    if (mark === '[' || mark === '{') depth++;
    if (mark === ']' || mark === '}') depth--;
    if (depth > deepest) throw tooDeep(name);
    if (mark !== 'NaN' && mark !== 'Infinity') continue;
    if (mark === 'NaN') grown.push(index);
    parts.push(text.slice(done, index), mark === 'NaN' ? 'null' : infinity);
    done = index + mark.length;
  }
  const plain = parts.join('') + text.slice(done);
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

function tooDeep(name: string): WinnowError {
  const message = `\`${name}\` is nested more than ${deepest} deep, which no file of results is.`;
  return new WinnowError('bad-file', message, 'Open the all_results.json that the published scripts wrote.');
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
