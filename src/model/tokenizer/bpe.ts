/**
 * Byte pair encoding: neighbours are merged, the merge that was learnt first before all others, of equal ones the
 * leftmost (`models/bpe/model.rs`, `word.rs`). A heap keeps long pieces near-linear.
 */
import type { SubwordModel } from './model.ts';
import { byteIds } from './unigram.ts';

export interface BpeOptions {
  /** Id of a character outside the vocabulary; null leaves it out. */
  unknown: number | null;
  /** Unknown characters side by side become one. */
  fuseUnknown: boolean;
  byteFallback: boolean;
  /** A piece that is an entry as a whole is not put together from merges. */
  wholeFirst: boolean;
  /** Stands before every character of a piece but the first. */
  prefix: string;
  /** Stands behind the last character of a piece. */
  suffix: string;
}

/** Two neighbours by their ids, and the id of the entry they become; the place in the list is the rank. */
export interface Merge {
  left: number;
  right: number;
  merged: number;
}

/** Ids and positions fit side by side in a float64: ids below 2 ** 24, positions below 2 ** 28. */
const idRange = 2 ** 24;
const positionRange = 2 ** 28;

export class Bpe implements SubwordModel {
  readonly kind = 'BPE';
  readonly vocabulary: ReadonlyMap<string, number>;
  private readonly options: BpeOptions;
  /** Rank of a merge by left × 2 ** 24 + right. */
  private readonly ranks = new Map<number, number>();
  private readonly merged: Int32Array;

  constructor(vocabulary: ReadonlyMap<string, number>, merges: readonly Merge[], options: BpeOptions) {
    this.vocabulary = vocabulary;
    this.options = options;
    this.merged = Int32Array.from(merges, ({ merged }) => merged);
    merges.forEach(({ left, right }, rank) => this.ranks.set(left * idRange + right, rank));
  }

  encode(piece: string): readonly number[] {
    if (piece === '') return [];
    const whole = this.options.wholeFirst ? this.vocabulary.get(piece) : undefined;
    return whole === undefined ? this.merge(this.characters(piece)) : [whole];
  }

  /** The ids of the single characters. */
  private characters(piece: string): number[] {
    const { unknown, fuseUnknown, byteFallback, prefix, suffix } = this.options;
    const characters = Array.from(piece);
    const ids: number[] = [];
    // Held back until a known character comes, as in Rust, where bytes can overtake it.
    let held = false;
    characters.forEach((character, index) => {
      const text = `${index > 0 ? prefix : ''}${character}${index === characters.length - 1 ? suffix : ''}`;
      const id = this.vocabulary.get(text);
      const bytes = id === undefined && byteFallback ? byteIds(text, this.vocabulary) : null;
      if (bytes) ids.push(...bytes);
      else if (id !== undefined) {
        if (held && unknown !== null) ids.push(unknown);
        held = false;
        ids.push(id);
      } else if (unknown !== null) {
        if (held && !fuseUnknown) ids.push(unknown);
        held = true;
      }
    });
    if (held && unknown !== null) ids.push(unknown);
    return ids;
  }

  private merge(ids: number[]): number[] {
    const { length } = ids;
    const next = Int32Array.from(ids, (_, place) => place + 1);
    const previous = Int32Array.from(ids, (_, place) => place - 1);
    const gone = new Uint8Array(length);
    const waiting = new Heap();
    const rankAt = (place: number): number | undefined =>
      next[place] < length ? this.ranks.get(ids[place] * idRange + ids[next[place]]) : undefined;
    const offer = (place: number): void => {
      const rank = rankAt(place);
      if (rank !== undefined) waiting.push(rank * positionRange + place);
    };
    for (let place = 0; place < length; place++) offer(place);
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const place = key % positionRange;
      const merged = this.merged[Math.floor(key / positionRange)];
      if (gone[place]) continue;
      const rank = rankAt(place);
      if (rank === undefined || this.merged[rank] !== merged) continue;
      ids[place] = merged;
      gone[next[place]] = 1;
      next[place] = next[next[place]];
      if (next[place] < length) previous[next[place]] = place;
      if (previous[place] >= 0) offer(previous[place]);
      offer(place);
    }
    return ids.filter((_, place) => gone[place] === 0);
  }
}

/** The least number first. */
class Heap {
  private readonly keys: number[] = [];

  push(key: number): void {
    const { keys } = this;
    let at = keys.length;
    for (let parent = (at - 1) >> 1; at > 0 && keys[parent] > key; parent = (at - 1) >> 1) {
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
  }

  pop(): number | undefined {
    const { keys } = this;
    const top = keys[0];
    const last = keys.pop();
    if (last === undefined || keys.length === 0) return top;
    let at = 0;
    for (let child = 1; child < keys.length; child = 2 * at + 1) {
      if (child + 1 < keys.length && keys[child + 1] < keys[child]) child++;
      if (keys[child] >= last) break;
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = last;
    return top;
  }
}
