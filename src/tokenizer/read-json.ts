/**
 * `tokenizer.json` → the parts of a tokenizer. The vocabulary and the merges, once their number is known to be bounded,
 * are read from the bytes; JSON.parse sees the rest, which is small. Truncation is ignored; of its padding the side and
 * the numbers count.
 */
import { decodeText, nameOf } from '../base/bytes.ts';
import { JsonBytes } from '../format/json-bytes.ts';
import { parseJsonObject, shownJson } from '../format/json.ts';
import type { AddedToken } from './added-tokens.ts';
import { bytePairModel, unigramModel, wordPieceModel } from './library-models.ts';
import type { SubwordModel } from './library.ts';
import { Merges } from './merges.ts';
import { readNormalizer } from './normalizers.ts';
import type { PipelineParts } from './pipeline.ts';
import { readPreTokenizer } from './pre-tokenizers.ts';
import { badTokenizer, idLimit, sameTokenizer, Spec } from './spec.ts';
import { readTemplate } from './template.ts';
import type { Padding } from './tokenizer.ts';
import {
  checkEntryCount,
  checkLength,
  longestEntry,
  readScoredPieces,
  readVocabulary,
  type Vocabulary,
} from './vocabulary.ts';

/** Bytes of everything but the vocabulary and the merges; thousands of added tokens take about one million. */
const restLimitBytes = 8 * 2 ** 20;

/**
 * @param file whose name messages give
 * @throws WinnowError `bad-tokenizer` when it is no tokenizer that this version can run, `bad-file` when the rest is not
 * a JSON object; JsonFault.
 */
export function readTokenizerJson(bytes: Uint8Array, file: { readonly name?: string }): PipelineParts {
  const name = nameOf(file);
  const { starts, text } = readOutline(bytes, file);
  const subject = starts.size === 0 ? name : `${name}, its vocabulary left out,`;
  const spec = new Spec(parseJsonObject(text, subject, sameTokenizer), name);
  const described = spec.object('model') ?? spec.fail('describes no tokenizer');
  const model = readModel(described, (key) => new JsonBytes(bytes, starts.get(key) ?? described.fail(`has no ${key}`)));
  const preTokenizer = readPreTokenizer(spec.object('pre_tokenizer'));
  return {
    file: name,
    added: readAdded(spec, model),
    normalizer: readNormalizer(spec.object('normalizer')),
    rules: readNormalizer(spec.object('normalizer'), false),
    preTokenizer,
    model,
    template: readTemplate(spec.object('post_processor')),
    spaceBeforeWords: preTokenizer.some(({ config }) => config.type === 'ByteLevel'),
    padding: readPadding(spec.object('padding')),
  };
}

/**
 * The file's text with a 0 in the place of the vocabulary and of the merges, and where these begin, in bytes.
 * @throws WinnowError `bad-tokenizer` when there is too much of anything.
 */
function readOutline(bytes: Uint8Array, file: { readonly name?: string }) {
  const starts = new Map<string, number>();
  const parts: Uint8Array[] = [];
  let end = 0;
  const json = new JsonBytes(bytes);
  json.object((key) => {
    if (key !== 'model' || json.next !== '{') return void json.skip();
    json.object((field) => {
      const start = json.position;
      const count = json.skip();
      if (field !== 'vocab' && field !== 'merges') return;
      checkEntryCount(count, field === 'vocab' ? 'entries' : 'merges', nameOf(file));
      starts.set(field, start);
      parts.push(bytes.subarray(end, start));
      end = json.position;
    });
  });
  json.end();
  parts.push(bytes.subarray(end));
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  if (size > restLimitBytes) {
    const message = `${nameOf(file)} has ${size} bytes beside its vocabulary and merges, and Winnow reads up to ${restLimitBytes}.`;
    throw badTokenizer(message);
  }
  try {
    return { starts, text: parts.map((part) => decodeText(part, file)).join('0') };
  } catch (error) {
    decodeText(bytes, file); // fails as well, at the place in the file
    throw error;
  }
}

/** @param large reads the field of that name */
function readModel(spec: Spec, large: (key: 'vocab' | 'merges') => JsonBytes): SubwordModel {
  const kind = modelKind(spec);
  switch (kind) {
    case 'WordPiece': {
      const vocabulary = readVocabulary(large('vocab'), spec);
      return wordPieceModel(vocabulary, unknownOf(spec, vocabulary) ?? spec.fail('has no unk_token'), {
        continuing_subword_prefix: markOf(spec, 'continuing_subword_prefix', '##'),
        // The library tries every part of a word, so that a long one would take minutes.
        max_input_chars_per_word: Math.min(spec.whole('max_input_chars_per_word', 2 ** 31, 100), longestEntry),
      });
    }
    case 'Unigram': {
      const pieces = readScoredPieces(large('vocab'), spec);
      // A tokenizer without unk_id fails at the first unknown character; here it is refused at once.
      return unigramModel(pieces, spec.whole('unk_id', pieces.length), spec, spec.flag('byte_fallback', false));
    }
    case 'BPE': {
      const vocabulary = readVocabulary(large('vocab'), spec);
      // The library marks the end of a word only.
      const prefix = spec.text('continuing_subword_prefix', '');
      if (prefix !== '') spec.fail('marks the subwords of a word that are not its first');
      const merges = new Merges(vocabulary, spec).readJson(large('merges'));
      return bytePairModel(vocabulary, merges, unknownOf(spec, vocabulary), {
        fuse_unk: spec.flag('fuse_unk', false),
        byte_fallback: spec.flag('byte_fallback', false),
        ignore_merges: spec.flag('ignore_merges', false),
        end_of_word_suffix: markOf(spec, 'end_of_word_suffix', ''),
      });
    }
    default:
      return spec.fail(`is of the type "${kind}"; Winnow reads WordPiece, BPE and Unigram`);
  }
}

/** A mark that is put to parts of words, which are then looked for. */
function markOf(spec: Spec, key: string, absent: string): string {
  const mark = spec.text(key, absent);
  checkLength(mark, spec);
  return mark;
}

/** The type of the model; old files leave it out, and the fields tell. */
function modelKind(spec: Spec): string {
  if (spec.type !== '') return spec.type;
  if (spec.has('merges')) return 'BPE';
  if (spec.has('continuing_subword_prefix') || spec.has('max_input_chars_per_word')) return 'WordPiece';
  return spec.has('unk_id') ? 'Unigram' : spec.fail('does not say which kind of tokenizer it is');
}

function unknownOf(spec: Spec, vocabulary: Vocabulary): string | null {
  if (!spec.has('unk_token')) return null;
  const token = spec.text('unk_token');
  if (vocabulary.has(token)) return token;
  return spec.fail(`names the unknown token ${shownJson(token)}, which is not in the vocabulary`);
}

const addedLimit = 100_000;

function readAdded(spec: Spec, { vocabulary }: SubwordModel): AddedToken[] {
  return spec.objects('added_tokens', addedLimit, []).map((token) => {
    const content = token.text('content');
    checkLength(content, token);
    const special = token.flag('special', false);
    return {
      content,
      // As in Rust, where the vocabulary overrules the number that stands here.
      id: vocabulary.get(content) ?? token.whole('id', idLimit),
      singleWord: token.flag('single_word', false),
      stripLeft: token.flag('lstrip', false),
      stripRight: token.flag('rstrip', false),
      normalized: token.flag('normalized', !special),
      special,
    };
  });
}

function readPadding(spec: Spec | null): Partial<Padding> {
  if (!spec) return {};
  const side = spec.text('direction', 'Right') === 'Left' ? 'left' : 'right';
  return { side, id: spec.whole('pad_id', idLimit, 0), typeId: spec.whole('pad_type_id', 256, 0) };
}
