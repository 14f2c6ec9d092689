/**
 * The merges of byte pair encodings: which two entries of the vocabulary are joined before which, looked up by the ids of
 * the two: half a million pairs of texts would take many times the memory.
 */
import type { JsonBytes } from '../format/json-bytes.ts';
import { shownJson } from '../format/json.ts';
import { idLimit, type Spec } from './spec.ts';
import type { Vocabulary } from './vocabulary.ts';

export class Merges {
  private readonly vocabulary: Vocabulary;
  private readonly spec: Spec;
  private readonly ranks = new Map<number, number>();
  private count = 0;

  /** @param spec what the merges come from, for messages */
  constructor(vocabulary: Vocabulary, spec: Spec) {
    this.vocabulary = vocabulary;
    this.spec = spec;
  }

  /** Takes those of a JSON list, written `"a b"` or `["a", "b"]`. @throws WinnowError `bad-tokenizer`; JsonFault. */
  readJson(json: JsonBytes): this {
    json.list(() => {
      if (json.next === '"') {
        this.addLine(json.string());
        return;
      }
      const halves: string[] = [];
      json.list(() => {
        if (halves.push(json.string()) > 2) this.refuse(halves);
      });
      this.add(halves);
    });
    return this;
  }

  /** Takes those of a merges.txt, one a line. @throws WinnowError `bad-tokenizer`. */
  readLines(bytes: Uint8Array): this {
    const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split(/\r?\n|\r$/);
    for (const line of lines) if (line !== '' && !line.startsWith('#version')) this.addLine(line);
    return this;
  }

  /** The place of a merge among all; undefined when there is no such merge. */
  rank(left: string, right: string): number | undefined {
    const first = this.vocabulary.get(left);
    const second = this.vocabulary.get(right);
    return first === undefined || second === undefined ? undefined : this.ranks.get(keyOf(first, second));
  }

  /** Both halves of each, the first learnt first; of equal ones the last counts. */
  pairs(vocabulary: Vocabulary): [string, string][] {
    const entries = new Map(Array.from(vocabulary, ([entry, id]) => [id, entry] as const));
    const half = (id: number): string => entries.get(id) ?? '';
    return [...this.ranks]
      .sort(([, a], [, b]) => a - b)
      .map(([key]) => [half(Math.floor(key / idLimit)), half(key % idLimit)]);
  }

  private addLine(line: string): void {
    const halves = line.split(' ');
    this.add(halves.length === 2 ? halves : [line]);
  }

  private add(halves: readonly string[]): void {
    const [first, second] = halves.map((half) => this.vocabulary.get(half));
    if (first === undefined || second === undefined || !this.vocabulary.has(halves.join(''))) this.refuse(halves);
    this.ranks.set(keyOf(first, second), this.count++);
  }

  private refuse(parts: readonly string[]): never {
    const shown = parts.map((part) => shownJson(part)).join(' and ');
    this.spec.fail(`holds ${shown} where a merge of two entries into a third belongs`);
  }
}

/** Both ids in one number, exact in a double. */
function keyOf(left: number, right: number): number {
  return left * idLimit + right;
}
