/**
 * The merges of byte pair encodings: which two entries of the vocabulary are joined before which. Half a million of them
 * are looked up in the bytes of the file; to make texts of the halves and of the whole first would take half as long again.
 */
import type { JsonBytes } from '../format/json-bytes.ts';
import { shownJson } from '../format/json.ts';
import { idLimit, type Spec } from './spec.ts';

type Vocabulary = ReadonlyMap<string, number>;

const [lineFeed, carriageReturn, space] = [10, 13, 32];
const version = new TextEncoder().encode('#version');

export class Merges {
  private readonly vocabulary: Vocabulary;
  private readonly entries: EntryIndex;
  private readonly spec: Spec;
  private readonly ranks = new Map<number, number>();
  private count = 0;

  /** @param spec what the merges come from, for messages */
  constructor(vocabulary: Vocabulary, spec: Spec) {
    this.vocabulary = vocabulary;
    this.entries = new EntryIndex(vocabulary, spec);
    this.spec = spec;
  }

  /** Takes those of a JSON list, written `"a b"` or `["a", "b"]`. @throws WinnowError `bad-tokenizer`; JsonFault. */
  readJson(json: JsonBytes): this {
    json.list(() => {
      if (json.next === '"') {
        this.addLine(json.utf8());
        return;
      }
      const halves: Uint8Array[] = [];
      json.list(() => {
        if (halves.push(json.utf8()) > 2) this.refuse(halves);
      });
      if (halves.length < 2) this.refuse(halves);
      this.add(halves[0], halves[1]);
    });
    return this;
  }

  /** Takes those of a merges.txt, one a line. @throws WinnowError `bad-tokenizer`. */
  readLines(bytes: Uint8Array): this {
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(lineFeed, start);
      const line = bytes.subarray(start, end < 0 ? bytes.length : end);
      start += line.length + 1;
      const text = line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
      if (text.length > 0 && !version.every((byte, at) => text[at] === byte)) this.addLine(text);
    }
    return this;
  }

  /** The place of a merge among all; undefined when there is no such merge. */
  rank(left: string, right: string): number | undefined {
    const first = this.vocabulary.get(left);
    const second = this.vocabulary.get(right);
    return first === undefined || second === undefined ? undefined : this.ranks.get(keyOf(first, second));
  }

  private addLine(line: Uint8Array): void {
    const gap = line.indexOf(space);
    if (gap < 0 || line.includes(space, gap + 1)) this.refuse([line]);
    this.add(line.subarray(0, gap), line.subarray(gap + 1));
  }

  private add(left: Uint8Array, right: Uint8Array): void {
    const first = this.entries.find(left);
    const second = this.entries.find(right);
    if (first < 0 || second < 0 || this.entries.find(left, right) < 0) this.refuse([left, right]);
    this.ranks.set(keyOf(first, second), this.count++);
  }

  private refuse(parts: readonly Uint8Array[]): never {
    const shown = parts.map((part) => shownJson(new TextDecoder().decode(part))).join(' and ');
    this.spec.fail(`holds ${shown} where a merge of two entries into a third belongs`);
  }
}

/** Both ids in one number, exact in a double. */
function keyOf(left: number, right: number): number {
  return left * idLimit + right;
}

const nothing: Uint8Array = new Uint8Array();
/** UTF-8 takes up to three bytes for a unit of UTF-16. */
const bytesPerUnit = 3;
/** Many times what entries that nobody chose for it need. */
const triesLimit = 1000;

/** FNV-1a, 32 bits, from another hash on. */
function hash(bytes: Uint8Array, before: number): number {
  let value = before;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}

/** A vocabulary's ids by the UTF-8 bytes of its entries: a table with open addresses, at most half full. */
class EntryIndex {
  /** All entries, one behind the other; entry e ends before byte ends[e]. */
  private readonly bytes: Uint8Array;
  private readonly ends: Int32Array;
  private readonly ids: Int32Array;
  /** Entry + 1 by hash, 0 where there is none. */
  private readonly slots: Int32Array;
  private readonly spec: Spec;

  constructor(vocabulary: Vocabulary, spec: Spec) {
    const { size } = vocabulary;
    let length = 0;
    for (const text of vocabulary.keys()) length += text.length;
    this.spec = spec;
    this.bytes = new Uint8Array(bytesPerUnit * length);
    this.ends = new Int32Array(size);
    this.ids = Int32Array.from(vocabulary.values());
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * size + 1)));
    const encoder = new TextEncoder();
    let entry = 0;
    let end = 0;
    for (const text of vocabulary.keys()) {
      const start = end;
      end += encoder.encodeInto(text, this.bytes.subarray(end)).written;
      this.ends[entry] = end;
      this.slots[this.place(this.bytes.subarray(start, end), nothing)] = ++entry;
    }
  }

  /** The id of the entry that is `left` and `right` together, −1 when there is none. */
  find(left: Uint8Array, right = nothing): number {
    const entry = this.slots[this.place(left, right)] - 1;
    return entry < 0 ? -1 : this.ids[entry];
  }

  /** The slot of the entry, or the one where it would stand. */
  private place(left: Uint8Array, right: Uint8Array): number {
    const { slots } = this;
    const value = hash(right, hash(left, 0x811c9dc5 | 0));
    let slot = (value ^ (value >>> 15)) & (slots.length - 1);
    for (let tries = 0; slots[slot] > 0 && !this.equals(slots[slot] - 1, left, right); tries++) {
      if (tries === triesLimit) this.spec.fail('holds entries that were chosen to be slow to find');
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private equals(entry: number, left: Uint8Array, right: Uint8Array): boolean {
    const { bytes, ends } = this;
    const start = entry === 0 ? 0 : ends[entry - 1];
    const middle = start + left.length;
    if (ends[entry] - middle !== right.length) return false;
    for (let at = 0; at < left.length; at++) if (bytes[start + at] !== left[at]) return false;
    for (let at = 0; at < right.length; at++) if (bytes[middle + at] !== right[at]) return false;
    return true;
  }
}
