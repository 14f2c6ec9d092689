/**
 * The tokenizer files that a reduced model gets, of every kind of tokenizer: read again they give the ids of Hugging Face's
 * goldens (tools/goldens/tokens.py) for thousands of odd texts. What AutoTokenizer makes of them is tried by
 * tools/goldens/check_reduced.py.
 */
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelTypes, writtenTypes } from '../../src/model/architectures/list.ts';
import { findTokenizerFiles } from '../../src/tokenizer/files.ts';
import { tokenizerFolder } from '../../src/tokenizer/folder.ts';
import { openTokenizer } from '../../src/tokenizer/open.ts';
import { dropped } from '../fixtures/files.ts';

const root = join(import.meta.dirname, '../fixtures/tokenizers');
const golden = JSON.parse(readFileSync(join(root, 'golden.json'), 'utf8')) as {
  texts: string[];
  pairs: [string, string | null][];
  length: number;
  tokenizers: Record<string, { hashes: number[]; pairs: { ids: number[]; types: number[] }[] }>;
};

function digest(ids: readonly number[]): number {
  return ids.reduce((value, id) => (value * 31 + id + 1) % 2147483647, 7);
}

/** The folder's files, and what they are made of. */
async function writeFolder(name: string, root: string) {
  const contents = readdirSync(join(root, name)).map((file) => {
    return dropped(file, new Uint8Array(readFileSync(join(root, name, file))));
  });
  const config = contents.find(({ path }) => path === 'config.json');
  const found = findTokenizerFiles(contents, '');
  if (!found) throw new Error(`${name} holds no tokenizer.`);
  const type = config ? (JSON.parse(await config.file.text()) as { model_type: string }).model_type : null;
  const model = { type, conventions: modelTypes };
  const stem = writtenTypes.get(type ?? '')?.heads.stem;
  const files = await tokenizerFolder(found, model, { maxLength: 77, className: stem ? `${stem}Tokenizer` : null });
  const written = Array.from(files, ([path, blob]) => ({ path, file: new File([blob], path) }));
  return { found, model, written, text: async (path: string) => (await files.get(path)?.text()) ?? '' };
}

describe.each(Object.entries(golden.tokenizers))('%s', (name, expected) => {
  test('written and read again: ids, types and padding', async () => {
    const { found, model, written } = await writeFolder(name, root);
    const again = findTokenizerFiles(written, '');
    expect(again?.kind).toBe('tokenizer.json');
    if (!again) return;
    const tokenizer = await openTokenizer(again, model);
    const original = await openTokenizer(found, model);
    expect(tokenizer.padding).toEqual(original.padding);
    expect(tokenizer.classification).toBe(original.classification);
    golden.texts.forEach((text, index) => {
      const { ids } = tokenizer.encode(text, null, 1_000_000);
      expect(digest(ids), JSON.stringify(text)).toBe(expected.hashes[index]);
    });
    golden.pairs.forEach(([text, pair], index) => {
      const { ids, types } = expected.pairs[index];
      expect(tokenizer.encode(text, pair, golden.length)).toEqual({ ids, typeIds: types });
    });
  });

  test('in transformers.js: ids of plain texts, length and padding', async () => {
    const { found, model, text } = await writeFolder(name, root);
    const config = JSON.parse(await text('tokenizer_config.json')) as Record<string, unknown>;
    const library = new PreTrainedTokenizer(JSON.parse(await text('tokenizer.json')) as object, config);
    const original = await openTokenizer(found, model);
    expect(library.model_max_length).toBe(77);
    expect(library.padding_side).toBe(original.padding.side);
    expect(library.pad_token_id).toBe(original.padding.id);
    // A tokenizer.json that was there is copied as it is; SentencePiece's table of the fixtures lowers, the library's rules do not.
    if (found.kind === 'tokenizer.json') return;
    const plain = golden.texts.filter((text) => /^[\x20-\x40\x5b-\x7e]+$/.test(text));
    expect(plain.length).toBeGreaterThan(20);
    for (const text of plain) expect(library.encode(text), text).toEqual(original.encode(text, null, 1_000_000).ids);
  });
});

test('a bare vocabulary without a word about case says what is done', async () => {
  const { text } = await writeFolder('vocab-bert', root);
  expect(JSON.parse(await text('tokenizer_config.json'))).toMatchObject({
    tokenizer_class: 'BertTokenizer',
    do_lower_case: true,
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    model_max_length: 77,
    padding_side: 'right',
  });
});

interface Settings {
  texts: string[];
  cases: { base: string; changes: object; files: Record<string, Record<string, unknown>>; ids: number[][] }[];
}

const fixtures = join(import.meta.dirname, '../fixtures');
const settings = JSON.parse(readFileSync(join(fixtures, 'wild/tokenizer-settings.json'), 'utf8')) as Settings;

test.each(settings.cases.map((own, index) => ({ ...own, index })))(
  'settings beside $base, $index: the tokenizer.json that is written says them alone',
  async ({ base, changes, files, ids }) => {
    const folder = base.startsWith('pieces') ? 'wild/tokenizers' : 'tokenizers';
    const own = JSON.parse(readFileSync(join(fixtures, folder, base, 'tokenizer.json'), 'utf8')) as object;
    const beside = Object.entries(files).map(([name, content]) => dropped(name, JSON.stringify(content)));
    const found = findTokenizerFiles(
      [dropped('tokenizer.json', JSON.stringify({ ...own, ...changes })), ...beside],
      '',
    );
    if (!found) throw new Error('no tokenizer');
    const model = { type: files['config.json'].model_type as string, conventions: modelTypes };
    const written = await tokenizerFolder(found, model, { maxLength: 77, className: null });
    const json = new File([written.get('tokenizer.json') ?? ''], 'tokenizer.json');
    const alone = findTokenizerFiles([{ path: 'tokenizer.json', file: json }], '');
    if (!alone) throw new Error('no tokenizer');
    const tokenizer = await openTokenizer(alone, { type: null, conventions: new Map() });
    settings.texts.forEach((text, index) => {
      expect(tokenizer.encode(text, null, 10_000).ids, text).toEqual(ids[index]);
    });
  },
);
