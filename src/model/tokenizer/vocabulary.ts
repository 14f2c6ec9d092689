/** Vocabularies and merges as files write them, checked before a model is built on them. */
import { longestEntry } from './model.ts';
import { idLimit, isId, type Spec } from './spec.ts';

/** Entries with their ids, from a JSON object. */
export function readVocabulary(spec: Spec, key: string): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const [entry, id] of spec.entries(key)) {
    if (!isId(id)) {
      spec.fail(`gives the entry ${shown(entry)} the number ${JSON.stringify(id).slice(0, 40)}`);
    }
    checkLength(entry, spec);
    vocabulary.set(entry, id);
  }
  if (vocabulary.size === 0) spec.fail('has an empty vocabulary');
  return vocabulary;
}

/** Entries with their scores, from a list of pairs. */
export function readPieces(spec: Spec, key: string): [string, number][] {
  const pieces = spec.list(key, idLimit).map((value): [string, number] => {
    const [entry, score] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof entry !== 'string' || typeof score !== 'number' || !Number.isFinite(score)) {
      return spec.fail(`holds ${JSON.stringify(value).slice(0, 60)} where an entry and its score belong`);
    }
    checkLength(entry, spec);
    return [entry, score];
  });
  if (pieces.length === 0) spec.fail('has an empty vocabulary');
  return pieces;
}

/** Merges written `"a b"` or `["a", "b"]`, as pairs; both halves and the whole are entries. */
export function readMerges(
  list: readonly unknown[],
  vocabulary: ReadonlyMap<string, number>,
  spec: Spec,
): [string, string][] {
  return list.map((value) => {
    const parts: unknown[] = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
    const [left, right] = parts;
    if (parts.length !== 2 || typeof left !== 'string' || typeof right !== 'string') {
      return spec.fail(`holds ${JSON.stringify(value).slice(0, 60)} where a merge of two entries belongs`);
    }
    for (const entry of [left, right, left + right]) {
      if (!vocabulary.has(entry)) spec.fail(`merges into ${shown(entry)}, which is not in the vocabulary`);
    }
    return [left, right];
  });
}

export function checkLength(entry: string, spec: Spec): void {
  if (entry.length <= longestEntry) return;
  spec.fail(`has an entry of ${entry.length} characters, more than ${longestEntry}`);
}

function shown(entry: string): string {
  return JSON.stringify(entry.length > 40 ? `${entry.slice(0, 40)}…` : entry);
}
