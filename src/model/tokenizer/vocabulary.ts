/**
 * Vocabularies and merges as files write them, checked as they are read. A file is refused by its number of entries
 * before any is read: a vocabulary costs some 200 bytes an entry, whatever the file's size.
 */
import { WinnowError } from '../../base/errors.ts';
import { shownJson } from '../../format/json.ts';
import type { JsonBytes } from '../../format/json-bytes.ts';
import { idLimit, isId, type Spec } from './spec.ts';

/** Entries longer than this are in no vocabulary; it bounds the work at each place of a text. In UTF-16 units. */
export const longestEntry = 512;

/** Far above the greatest that are known: Gemma's 262,144 entries and 580,604 merges. */
export const countLimits = { entries: 400_000, merges: 800_000 } as const;

/** @throws WinnowError `bad-tokenizer` with both numbers. */
export function checkCount(count: number, what: keyof typeof countLimits, file: string): void {
  const limit = countLimits[what];
  if (count <= limit) return;
  const message = `${file} holds ${count} ${what}, and Winnow reads tokenizers of up to ${limit}.`;
  const next = 'Use the tokenizer files that were saved together with the model: no known model has so many.';
  throw new WinnowError('bad-tokenizer', message, next);
}

/** Entries with their ids, from a JSON object. */
export function readVocabulary(json: JsonBytes, spec: Spec): Map<string, number> {
  const vocabulary = new Map<string, number>();
  json.entries((entry) => {
    checkLength(entry, spec);
    if (vocabulary.has(entry)) spec.fail(`holds the entry ${shownJson(entry)} twice`);
    const id = json.number();
    if (!isId(id)) spec.fail(`gives the entry ${shownJson(entry)} the number ${id}`);
    vocabulary.set(entry, id);
  });
  if (vocabulary.size === 0) spec.fail('has an empty vocabulary');
  return vocabulary;
}

/** Entries with their scores, from a list of pairs; of equal entries the last counts. */
export function readPieces(json: JsonBytes, spec: Spec): [string, number][] {
  const pieces: [string, number][] = [];
  json.list(() => {
    const pair: [string, number] = ['', NaN];
    let place = 0;
    json.list(() => {
      if (place === 0) pair[0] = json.string();
      else pair[1] = json.number();
      place++;
    });
    if (place !== 2 || !Number.isFinite(pair[1])) spec.fail(`gives the entry ${shownJson(pair[0])} no score`);
    pieces.push(pair);
  });
  if (pieces.length === 0) spec.fail('has an empty vocabulary');
  return pieces;
}

/** Which pairs of entries are joined before which, of byte pair encodings. */
export class Merges {
  private readonly ranks = new Map<number, number>();
  private readonly vocabulary: ReadonlyMap<string, number>;
  private count = 0;

  constructor(vocabulary: ReadonlyMap<string, number>) {
    this.vocabulary = vocabulary;
  }

  /** Takes the next merge, written `a b`. */
  addLine(line: string, spec: Spec): void {
    const space = line.indexOf(' ');
    if (space < 0 || line.includes(' ', space + 1)) noMerge(line, spec);
    this.add(line.slice(0, space), line.slice(space + 1), spec);
  }

  /** Takes the next merge; both halves and the whole must be entries. */
  add(left: string, right: string, spec: Spec): void {
    const key = this.key(left, right);
    if (key === undefined || !this.vocabulary.has(left + right)) {
      return spec.fail(`merges ${shownJson(left)} and ${shownJson(right)}, but both and the whole must be entries`);
    }
    this.ranks.set(key, this.count++);
  }

  /** The place of a merge among all; undefined when there is no such merge. */
  rank(left: string, right: string): number | undefined {
    const key = this.key(left, right);
    return key === undefined ? undefined : this.ranks.get(key);
  }

  /** Both ids in one number, exact in a double: texts as keys take three times the memory. */
  private key(left: string, right: string): number | undefined {
    const first = this.vocabulary.get(left);
    const second = this.vocabulary.get(right);
    return first === undefined || second === undefined ? undefined : first * idLimit + second;
  }
}

/** Merges written `"a b"` or `["a", "b"]`, from a JSON list. */
export function readMerges(json: JsonBytes, vocabulary: ReadonlyMap<string, number>, spec: Spec): Merges {
  const merges = new Merges(vocabulary);
  let left: string | null = null;
  json.list(() => {
    if (json.next === '"') {
      merges.addLine(json.string(), spec);
      return;
    }
    let place = 0;
    json.list(() => {
      const half = json.string();
      if (place === 0) left = half;
      else if (place === 1 && left !== null) merges.add(left, half, spec);
      else noMerge(half, spec);
      place++;
    });
    if (place !== 2) noMerge(left ?? '', spec);
  });
  return merges;
}

function noMerge(text: string, spec: Spec): never {
  spec.fail(`holds ${shownJson(text)} where a merge of two entries belongs`);
}

export function checkLength(entry: string, spec: Spec): void {
  if (entry.length <= longestEntry) return;
  spec.fail(`has an entry of ${entry.length} characters, more than ${longestEntry}`);
}
