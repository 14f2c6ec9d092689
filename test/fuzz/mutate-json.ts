/** Mutations of JSON that leave it JSON, or nearly: one value, found by chance, replaced, taken out, doubled, renamed or copied. */
import type { Mt19937 } from '../../src/base/random.ts';
import { longestBytes } from './mutate-bytes.ts';
import { hostileNumbers, hostileWords } from './mutate-text.ts';

/** Stands for a text that JSON has no value for, until the JSON is written. */
const mark = '\u0001mark\u0001';
const values: readonly unknown[] = [
  ...[null, true, false, [], {}, [[]], [null], -1, 0, 0.5, 1, 2, 2 ** 31, 2 ** 53, 1e308, '', 'x'],
  ...[new Array<number>(10_000).fill(0), { __proto__: null, length: 1 }, { type: 'Sequence' }, 'first', 'gelu'],
];
const depth = 20_000;

/** null where the bytes are no JSON that can be changed so. */
export function mutateJson(bytes: Uint8Array, random: Mt19937): Uint8Array<ArrayBuffer> | null {
  let text: string;
  try {
    const root: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const place = placeOf(root, random);
    if (place === null) return null;
    const instead = change(place, placeOf(root, random) ?? place, random);
    text = JSON.stringify(root).replace(JSON.stringify(mark), () => instead);
  } catch (error) {
    // No JSON, or nested deeper than it can be written.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
  return text.length > longestBytes ? null : new TextEncoder().encode(text);
}

interface Place {
  parent: Record<string, unknown>;
  key: string;
}

/** Goes down by chance; deeper is likelier, as most values lie deep. */
function placeOf(root: unknown, random: Mt19937): Place | null {
  let place: Place | null = null;
  let value = root;
  while (typeof value === 'object' && value !== null && (place === null || random.interval(3) > 0)) {
    const parent = value as Record<string, unknown>;
    const keys = Object.keys(parent);
    if (keys.length === 0) break;
    place = { parent, key: random.choice(keys) };
    value = parent[place.key];
  }
  return place;
}

/** Changes what stands there; gives the text for where it left a mark. */
function change({ parent, key }: Place, other: Place, random: Mt19937): string {
  const own = parent[key];
  const list = Array.isArray(parent) ? (parent as unknown[]) : null;
  switch (random.interval(9)) {
    case 0:
      if (list) list.splice(Number(key), 1);
      else delete parent[key];
      return '';
    case 1:
      if (list) list.push(own);
      else parent[random.interval(1) === 0 ? `${key}2` : random.choice(Object.keys(parent))] = structuredClone(own);
      return '';
    case 2:
      if (!list) delete parent[key];
      set(parent, list ? key : random.choice(hostileWords), own);
      return '';
    case 3:
      parent[key] = mark;
      return random.choice(hostileNumbers);
    case 4:
      parent[key] = mark;
      return `${'['.repeat(depth)}${']'.repeat(depth)}`;
    case 5:
      parent[key] = [own, own];
      return '';
    case 6:
      parent[key] = typeof own === 'number' ? own + random.choice([-1, 1, 0.5, own]) : random.choice(hostileWords);
      return '';
    case 7:
      parent[key] = structuredClone(other.parent[other.key]);
      return '';
    default:
      parent[key] = random.choice(values);
      return '';
  }
}

/** `__proto__` as a key of its own. */
function set(parent: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}
