/** Token ids of the real bert-base-uncased vocabulary against the Rust tokenizers, which made `../shared/golden/tokens.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTokenizer } from '../../src/model/tokenize.ts';

const shared = join(import.meta.dirname, '../../../shared');

interface Case {
  max_length: number;
  text: string;
  pair: string | null;
  ids: number[];
  type_ids: number[];
}

const cases = (JSON.parse(readFileSync(join(shared, 'golden/tokens.json'), 'utf8')) as Record<string, Case[]>)[
  'bert-base-uncased'
];

test.each(['data/tokenizers/bert-base-uncased', 'models/minilm-sst2'])(
  '%s gives the ids and types of every case',
  (folder) => {
    const path = `${folder}/tokenizer.json`;
    const tokenizer = parseTokenizer(readFileSync(join(shared, path), 'utf8'), path);
    expect(cases.length).toBeGreaterThan(400);
    for (const { text, pair, max_length, ids, type_ids } of cases) {
      expect(tokenizer.encode(text, pair, max_length), text).toEqual({ ids, typeIds: type_ids });
    }
  },
);
