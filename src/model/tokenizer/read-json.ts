/** `tokenizer.json` → the parts of a tokenizer. Its truncation is ignored; of its padding the side and the numbers count. */
import { parseJsonObject } from '../../format/json.ts';
import type { Padding } from '../tokenize.ts';
import type { AddedToken } from './added-tokens.ts';
import type { ModelConfig } from './library.ts';
import { longestEntry } from './model.ts';
import { readNormalizer } from './normalizers.ts';
import type { Parts } from './pipeline.ts';
import { readPreTokenizer } from './pre-tokenizers.ts';
import { badTokenizer, idLimit, sameModel, Spec } from './spec.ts';
import { readTemplate } from './template.ts';
import { readMerges, readPieces, readVocabulary } from './vocabulary.ts';

/**
 * @param name of the file, for messages
 * @throws WinnowError `bad-tokenizer` when the text is no tokenizer that this version can run, `bad-file` when it is not
 * a JSON object.
 */
export function readTokenizerJson(text: string, name: string): Parts {
  checkAmount(text, name);
  const spec = new Spec(parseJsonObject(text, { what: name, next: sameModel }), name);
  const described = spec.object('model') ?? spec.fail('describes no tokenizer');
  const model = readModel(described);
  const preTokenizer = spec.object('pre_tokenizer');
  return {
    added: readAdded(spec, model),
    normalizer: readNormalizer(spec.object('normalizer')),
    rules: readNormalizer(spec.object('normalizer'), { tables: false }),
    preTokenizer: readPreTokenizer(preTokenizer),
    model,
    template: readTemplate(spec.object('post_processor')),
    spaceBeforeWords: isByteLevel(preTokenizer),
    padding: readPadding(spec.object('padding')),
  };
}

/** Twice what the greatest tokenizers hold: entries of objects, lists, objects, list entries, lines. */
const amountLimits = [
  [':', 700_000],
  ['[', 1_300_000],
  ['{', 200_000],
  [',', 3_000_000],
  ['\n', 4_000_000],
] as const;

/** Refuses a text with more entries than any vocabulary has, before it becomes millions of objects. */
export function checkAmount(text: string, name: string): void {
  for (const [separator, limit] of amountLimits) {
    let count = 0;
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) {
      if (++count > limit) throw badTokenizer(`${name} holds more than ${limit} entries.`);
    }
  }
}

function readModel(spec: Spec): ModelConfig {
  const kind = modelKind(spec);
  if (kind === 'WordPiece') return readWordPiece(spec);
  if (kind === 'Unigram') return readUnigram(spec);
  if (kind !== 'BPE') return spec.fail(`is of the type "${kind}"; Winnow reads WordPiece, BPE and Unigram`);
  const vocabulary = readVocabulary(spec, 'vocab');
  // The library marks the end of a word only.
  if (spec.text('continuing_subword_prefix', '') !== '')
    spec.fail('marks the subwords of a word that are not its first');
  const config = {
    merges: readMerges(spec.list('merges', idLimit), vocabulary, spec),
    unk_token: unknownOf(spec, vocabulary),
    fuse_unk: spec.flag('fuse_unk', false),
    byte_fallback: spec.flag('byte_fallback', false),
    ignore_merges: spec.flag('ignore_merges', false),
    end_of_word_suffix: spec.text('end_of_word_suffix', ''),
  };
  return { kind, vocabulary, config, byteFallback: false };
}

function readWordPiece(spec: Spec): ModelConfig {
  const vocabulary = readVocabulary(spec, 'vocab');
  const config = {
    unk_token: unknownOf(spec, vocabulary) ?? spec.fail('has no unk_token'),
    continuing_subword_prefix: spec.text('continuing_subword_prefix', '##'),
    // The library tries every part of a word, so that a long one would take minutes.
    max_input_chars_per_word: spec.whole('max_input_chars_per_word', longestEntry + 1, 100),
  };
  return { kind: 'WordPiece', vocabulary, config, byteFallback: false };
}

function readUnigram(spec: Spec): ModelConfig {
  const vocab = readPieces(spec, 'vocab');
  const vocabulary = new Map(vocab.map(([piece], id) => [piece, id]));
  // A tokenizer without unk_id fails at the first unknown character; here it is refused at once.
  const config = { vocab, unk_id: spec.whole('unk_id', vocab.length) };
  return { kind: 'Unigram', vocabulary, config, byteFallback: spec.flag('byte_fallback', false) };
}

/** The type of the model; old files leave it out, and the fields tell. */
function modelKind(spec: Spec): string {
  if (spec.type !== '') return spec.type;
  if (spec.has('merges')) return 'BPE';
  if (spec.has('continuing_subword_prefix') || spec.has('max_input_chars_per_word')) return 'WordPiece';
  return spec.has('unk_id') ? 'Unigram' : spec.fail('does not say which kind of tokenizer it is');
}

function unknownOf(spec: Spec, vocabulary: ReadonlyMap<string, number>): string | null {
  if (!spec.has('unk_token')) return null;
  const token = spec.text('unk_token');
  return vocabulary.has(token) ? token : spec.fail(`names the unknown token ${token}, which is not in the vocabulary`);
}

const addedLimit = 100_000;

function readAdded(spec: Spec, { vocabulary }: ModelConfig): AddedToken[] {
  return spec.objects('added_tokens', addedLimit, []).map((token) => {
    const content = token.text('content');
    const special = token.flag('special', false);
    return {
      content,
      // As in Rust, where the vocabulary overrules the number that stands here.
      id: vocabulary.get(content) ?? token.whole('id', idLimit),
      singleWord: token.flag('single_word', false),
      stripLeft: token.flag('lstrip', false),
      stripRight: token.flag('rstrip', false),
      normalized: token.flag('normalized', !special),
    };
  });
}

function isByteLevel(spec: Spec | null): boolean {
  if (spec?.type !== 'Sequence') return spec?.type === 'ByteLevel';
  return spec.objects('pretokenizers', 32).some(({ type }) => type === 'ByteLevel');
}

function readPadding(spec: Spec | null): Partial<Padding> {
  if (!spec) return {};
  const side = spec.text('direction', 'Right') === 'Left' ? 'left' : 'right';
  return { side, id: spec.whole('pad_id', idLimit, 0), typeId: spec.whole('pad_type_id', 256, 0) };
}
