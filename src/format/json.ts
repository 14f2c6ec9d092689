/**
 * JSON from a file that may be hostile: an object, with no key twice (JSON.parse keeps the last, other readers the
 * first: the two would disagree on where a tensor lies). Entries come as a Map, so that `__proto__` is a name like any.
 */
import { badFile } from '../base/errors.ts';

export type JsonObject = Map<string, unknown>;

/**
 * @param subject what is read, to begin a sentence with, e.g. "The header of `model.safetensors`"
 * @throws WinnowError `bad-file` when the text is not one JSON object or holds a key twice, at any depth.
 */
export function parseJsonObject(text: string, subject: string, next: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badFile(`${subject} is not JSON: ${(cause as Error).message}.`, next, cause);
  }
  const entries = entriesOf(value);
  if (entries === null) throw badFile(`${subject} is not a JSON object.`, next);
  const twice = duplicateKey(text);
  if (twice !== null) throw badFile(`${subject} holds the key \`${twice}\` twice.`, next);
  return entries;
}

/** The entries of a parsed JSON object, or null for anything else. */
export function entriesOf(value: unknown): JsonObject | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map<string, unknown>(Object.entries(value));
}

const shownLength = 60;

/** A value for a sentence, shortened: what it nests deeper than `depth` is left out, as it may go on without end. */
export function shownJson(value: unknown, depth = 2): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value);
  const [open, close] = isList ? '[]' : '{}';
  if (depth === 0) return `${open}…${close}`;
  const parts = Object.entries(value)
    .slice(0, shownLength / 2)
    .map(([key, member]) => (isList ? '' : `${shownJson(key)}:`) + shownJson(member, depth - 1));
  return shortened(`${open}${parts.join()}${close}`);
}

function shortened(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength - 1)}…` : text;
}

/** The first key that one object of this valid JSON text holds twice, or null. */
function duplicateKey(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  const colon = /[ \n\r\t]*:/y;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      const keys = open.at(-1);
      colon.lastIndex = i + 1;
      if (!keys || !colon.test(text)) continue;
      const key = JSON.parse(text.slice(start, i + 1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}
