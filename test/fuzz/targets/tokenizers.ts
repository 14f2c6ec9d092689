/** Tokenizers from any files: ids are of the vocabulary, and no more than were asked for. */
import assert from 'node:assert/strict';
import { readSentencePiece } from '../../../src/format/sentencepiece.ts';
import type { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';
import { attempt, valueOrRefusal } from '../../fixtures/hostile.ts';
import { tokenizerOf } from '../../fixtures/tokenizer.ts';
import { alone, fixture, stored, textFile, type Drop, type FuzzTarget } from '../target.ts';

const texts = ['', 'The room\u00a0was café \u{1f600} fine.', 'a'.repeat(400), '\u0301\ufb01 ½ <mask> [CLS]\u0000'];

export async function checkTokenizer(tokenizer: Tokenizer | null): Promise<void> {
  if (tokenizer) for (const text of texts) await checkEncoding(tokenizer, text);
}

async function checkEncoding(tokenizer: Tokenizer, text: string): Promise<void> {
  const encoding = await attempt(() => tokenizer.encode(text, text, 64));
  if (encoding === null) return;
  assert(encoding.ids.length <= 64, 'more tokens than were asked for');
  assert.equal(encoding.typeIds.length, encoding.ids.length);
  assert(
    encoding.ids.every((id) => Number.isInteger(id) && id >= 0),
    'an id is no id',
  );
}

/** `config.json` names the kind of model, as beside a real tokenizer. */
async function checkFiles(drop: Drop): Promise<void> {
  const contents = new Map(drop.map(({ path, bytes }) => [path, bytes]));
  const type = /"model_type":\s*"([^"]*)"/.exec(new TextDecoder().decode(contents.get('config.json')))?.[1] ?? null;
  contents.delete('config.json');
  if (![...contents.keys()].some((name) => mainFiles.has(name))) return;
  await checkTokenizer(await valueOrRefusal(tokenizerOf(Object.fromEntries(contents), type)));
}

const mainFiles = new Set(['tokenizer.json', 'vocab.txt', 'vocab.json', 'spiece.model', 'sentencepiece.bpe.model']);
const pipelines = [
  'word-piece-added',
  'word-piece-cased',
  'byte-level',
  'bpe-suffix',
  'unigram',
  'unigram-punctuation',
];
const folder = (name: string, ...files: string[]): Drop => files.map((file) => fixture(`tokenizers/${name}/${file}`));
const albert = () => stored('test/fixtures/tokenizers/pieces-albert/spiece.model');

export const tokenizerTargets: readonly FuzzTarget[] = [
  {
    name: 'tokenizer-json',
    share: 2,
    seeds: () => alone(pipelines.map((name) => fixture(`tokenizers/${name}/tokenizer.json`))),
    check: checkFiles,
  },
  {
    name: 'slow-tokenizer',
    share: 3,
    seeds: () => [
      folder('vocab-bert-settings', 'vocab.txt', 'tokenizer_config.json', 'config.json'),
      folder('vocab-mpnet', 'vocab.txt', 'config.json'),
      folder('merges-roberta', 'vocab.json', 'merges.txt', 'config.json'),
      folder('pieces-xlnet', 'spiece.model', 'config.json'),
      [
        fixture('wild/tokenizers/pieces-albert/tokenizer.json'),
        textFile('tokenizer_config.json', '{"do_lower_case": true, "keep_accents": false, "add_prefix_space": true}'),
        textFile('special_tokens_map.json', '{"cls_token": "[CLS]"}'),
      ],
      folder('pieces-camembert', 'sentencepiece.bpe.model', 'config.json'),
      [
        textFile('vocab.txt', '[CLS]\n[SEP]\n[UNK]\n[PAD]\na\n##a\n'),
        textFile('tokenizer_config.json', '{"do_lower_case": true, "added_tokens_decoder": {"6": {"content": "<x>"}}}'),
        textFile('special_tokens_map.json', '{"cls_token": "[CLS]", "mask_token": {"content": "[UNK]"}}'),
        textFile('added_tokens.json', '{"<y>": 7}'),
        textFile('config.json', '{"model_type": "bert"}'),
      ],
    ],
    check: checkFiles,
  },
  {
    name: 'sentencepiece',
    share: 10,
    seeds: () => alone([{ path: 'spiece.model', bytes: albert() }]),
    check: async ([file]) => {
      await attempt(() => readSentencePiece(file?.bytes ?? new Uint8Array(), 'm'));
    },
  },
];
