/**
 * The library's three models around vocabularies that are read already. What its constructors would build is left out, as
 * large vocabularies make it costly: the vocabulary again as an object, a map and an array by id, which a hostile id
 * of 16 million makes sparse; merges with a JSON text each as keys; for Unigram a tree with a map at every character.
 */
import type { SubwordModel } from './library.ts';
import type { Merges } from './merges.ts';
import type { Spec } from './spec.ts';
import { checkLength, type Vocabulary } from './vocabulary.ts';

/** The library's own fields. */
type Config = Readonly<Record<string, unknown>>;

export function wordPieceModel(vocabulary: Vocabulary, unknown: string, config: Config): SubwordModel {
  const patch = { tokens_to_ids: vocabulary, unk_token_id: vocabulary.get(unknown) };
  return {
    ...{ kind: 'WordPiece', vocabulary, patch, byteFallback: false },
    config: { ...config, unk_token: unknown, vocab: {} },
  };
}

/** A node of the library's queue of merges. */
interface Joint {
  token: string;
  next: { token: string };
  /** Breaks ties: the first in the text goes first. */
  bias: number;
  score?: number;
}

/** @param unknown null: unknown text has no ids */
export function bytePairModel(
  vocabulary: Vocabulary,
  merges: Merges,
  unknown: string | null,
  config: Config,
): SubwordModel {
  const add_node = (queue: { push: (joint: Joint) => void }, joint: Joint): void => {
    const rank = merges.rank(joint.token, joint.next.token);
    if (rank === undefined) return;
    joint.score = rank + joint.bias;
    queue.push(joint);
  };
  const unk_token_id = unknown === null ? undefined : vocabulary.get(unknown);
  return {
    ...{ kind: 'BPE', vocabulary, byteFallback: false },
    config: { ...config, unk_token: unknown, vocab: {}, merges: [] },
    patch: { tokens_to_ids: vocabulary, unk_token_id, add_node },
  };
}

/** What of the library's lattice is used. */
interface Lattice {
  /** Characters of the text. */
  chars: readonly string[];
  insert: (place: number, length: number, score: number, id: number) => void;
}

/** Rust's price of an unknown character below the cheapest piece. */
const unknownPrice = 10;

/**
 * @param pieces with their scores, by id; of equal ones the last counts
 * @param unknown id of unknown text
 * @throws WinnowError `bad-tokenizer` for a piece that is too long.
 */
export function unigramModel(
  pieces: readonly (readonly [string, number])[],
  unknown: number,
  spec: Spec,
  byteFallback = false,
): SubwordModel {
  const vocabulary = new Map<string, number>();
  const scores = new Float64Array(pieces.length);
  /** By first UTF-16 unit the length of the longest piece that starts with it. */
  const longest = new Map<number, number>();
  let least = Infinity;
  pieces.forEach(([piece, score], id) => {
    checkLength(piece, spec);
    vocabulary.set(piece, id);
    scores[id] = score;
    least = Math.min(least, score);
    const unit = piece.charCodeAt(0);
    longest.set(unit, Math.max(longest.get(unit) ?? 0, piece.length));
  });
  scores[unknown] = least - unknownPrice;
  const populate_nodes = (lattice: Lattice): void => {
    const { chars } = lattice;
    for (let place = 0; place < chars.length; place++) {
      const most = longest.get(chars[place].charCodeAt(0)) ?? 0;
      let piece = '';
      let isKnown = false;
      for (let end = place; end < chars.length && piece.length < most; end++) {
        piece += chars[end];
        const id = vocabulary.get(piece);
        if (id === undefined) continue;
        lattice.insert(place, end + 1 - place, scores[id], id);
        if (end === place) isKnown = true;
      }
      if (!isKnown) lattice.insert(place, 1, scores[unknown], unknown);
    }
  };
  return {
    ...{ kind: 'Unigram', vocabulary, byteFallback },
    config: { vocab: [[pieces[unknown][0], 0]], unk_id: 0 },
    patch: { tokens_to_ids: vocabulary, unk_token_id: unknown, populate_nodes },
  };
}
