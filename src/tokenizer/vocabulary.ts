/**
 * Vocabularies and merges as files write them, checked as they are read. A file is refused by its number of entries
 * before any is read: a vocabulary costs some 200 bytes an entry, whatever the file's size.
 */
import { WinnowError } from '../base/errors.ts';
import { shownJson } from '../format/json.ts';
import type { JsonBytes } from '../format/json-bytes.ts';
import { isId, type Spec } from './spec.ts';

/** Ids by entry. */
export type Vocabulary = ReadonlyMap<string, number>;

/** Entries longer than this are in no vocabulary; it bounds the work at each place of a text. In UTF-16 units. */
export const longestEntry = 512;

/** Above the greatest that are known: LaBSE's 501,153 and XLM-V's 901,629 entries, Gemma's 580,604 merges. */
const countLimits = { entries: 1_000_000, merges: 700_000 } as const;

/** @throws WinnowError `bad-tokenizer` with both numbers. */
export function checkEntryCount(count: number, what: keyof typeof countLimits, file: string): void {
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
    if (!isId(id)) spec.fail(`gives the entry ${shownJson(entry)} the number ${shownJson(id)}`);
    vocabulary.set(entry, id);
  });
  if (vocabulary.size === 0) spec.fail('has an empty vocabulary');
  return vocabulary;
}

/** Entries with their scores, from a list of pairs; of equal entries the last counts. */
export function readScoredPieces(json: JsonBytes, spec: Spec): [string, number][] {
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

export function checkLength(entry: string, spec: Spec): void {
  if (entry.length <= longestEntry) return;
  spec.fail(`has an entry of ${entry.length} characters, more than ${longestEntry}`);
}
