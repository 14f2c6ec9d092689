/**
 * A tokenizer from a bare vocabulary, as transformers makes it: WordPiece from `vocab.txt`, byte-level BPE from
 * `vocab.json` and `merges.txt`. The model's type decides which special tokens stand where; an unknown type is refused,
 * because its numbers would be wrong without a sign of it.
 */
import { parseJsonObject } from '../../format/json.ts';
import { bertStep } from './normalizers.ts';
import type { Parts } from './pipeline.ts';
import { bertPreTokenizer, byteLevel } from './pre-tokenizers.ts';
import type { Settings, SpecialTokens } from './settings.ts';
import { badTokenizer, sameModel, Spec } from './spec.ts';
import { bareTemplate, templateOf } from './template.ts';
import { lowercase } from './unicode.ts';
import { checkLength, readMerges, readVocabulary } from './vocabulary.ts';

const bertTokens: SpecialTokens = {
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  unk_token: '[UNK]',
  pad_token: '[PAD]',
  mask_token: '[MASK]',
};
export const robertaTokens: SpecialTokens = {
  cls_token: '<s>',
  sep_token: '</s>',
  unk_token: '<unk>',
  pad_token: '<pad>',
  mask_token: '<mask>',
};
const mpnetTokens: SpecialTokens = { ...robertaTokens, unk_token: '[UNK]' };

const bertLike = [
  'bert',
  'distilbert',
  'electra',
  'mobilebert',
  'layoutlm',
  'convbert',
  'squeezebert',
  'megatron-bert',
];
const robertaLike = ['roberta', 'longformer', 'bart', 'data2vec-text'];

/** @param modelType of config.json; null when there is none, then the vocabulary must be BERT's. */
export function wordPieceParts(text: string, settings: Settings, modelType: string | null, file: string): Parts {
  const mpnet = modelType === 'mpnet';
  if (modelType !== null && !mpnet && !bertLike.includes(modelType)) refuse(file, modelType, [...bertLike, 'mpnet']);
  if (settings.text('tokenizer_class') === 'BertJapaneseTokenizer') {
    throw badTokenizer(`${file} needs a Japanese word splitter, which Winnow does not have.`);
  }
  const vocabulary = linesOf(text, file);
  const names = settings.names(mpnet ? mpnetTokens : bertTokens);
  const idOf = finder(vocabulary, file);
  const { cls_token: cls, sep_token: sep } = names;
  const lower = settings.flag('do_lower_case') ?? !holdsCapitals(vocabulary);
  const options = {
    clean: true,
    chinese: settings.flag('tokenize_chinese_chars') ?? true,
    lower,
    strip: settings.flag('strip_accents') ?? lower,
  };
  idOf(names.unk_token);
  const config = { unk_token: names.unk_token, continuing_subword_prefix: '##', max_input_chars_per_word: 100 };
  const normalizer = bertStep(options);
  return {
    added: settings.added(vocabulary, names, [], mpnet ? [names.mask_token] : []),
    normalizer,
    rules: normalizer,
    preTokenizer: bertPreTokenizer,
    model: { kind: 'WordPiece', vocabulary, config, byteFallback: false },
    template: mpnet
      ? templateOf([cls, '$A', sep], [cls, '$A', sep, sep, '$B', sep], idOf)
      : templateOf([cls, '$A', sep], [cls, '$A', sep, '$B:1', `${sep}:1`], idOf),
    spaceBeforeWords: false,
    padding: { side: settings.side ?? 'right', id: vocabulary.get(names.pad_token) },
  };
}

/** @param merges the text of merges.txt: a line a merge, the first learnt first */
export function bytePairParts(
  vocabularyText: string,
  merges: string,
  settings: Settings,
  modelType: string | null,
  file: string,
): Parts {
  const bare = modelType === 'gpt2';
  if (modelType !== null && !bare && !robertaLike.includes(modelType))
    refuse(file, modelType, [...robertaLike, 'gpt2']);
  const entries = parseJsonObject(vocabularyText, { what: file, next: sameModel });
  const vocabulary = readVocabulary(new Spec(new Map([['vocab', Object.fromEntries(entries)]]), file), 'vocab');
  const names = settings.names(robertaTokens);
  const idOf = finder(vocabulary, file);
  const { cls_token: cls, sep_token: sep } = names;
  const lines = merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
  const config = { merges: readMerges(lines, vocabulary, new Spec(new Map(), '`merges.txt`')), unk_token: null };
  return {
    added: settings.added(vocabulary, names, ['<|endoftext|>'], []),
    normalizer: null,
    rules: null,
    preTokenizer: byteLevel(settings.flag('add_prefix_space') ?? false, true),
    model: { kind: 'BPE', vocabulary, config, byteFallback: false },
    template: bare ? bareTemplate : templateOf([cls, '$A', sep], [cls, '$A', sep, sep, '$B', sep], idOf),
    spaceBeforeWords: true,
    padding: { side: settings.side ?? 'right', id: vocabulary.get(names.pad_token) },
  };
}

const lineLimit = 700_000;

/** One entry a line, its number the line's; of equal lines the last counts. */
function linesOf(text: string, file: string): Map<string, number> {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  const spec = new Spec(new Map(), file);
  if (lines.length > lineLimit) spec.fail(`has ${lines.length} lines, more than ${lineLimit}`);
  lines.forEach((line) => checkLength(line, spec));
  return new Map(lines.map((line, id) => [line, id]));
}

/** A vocabulary with capital letters outside its special tokens was not learnt from lower-cased text. */
function holdsCapitals(vocabulary: ReadonlyMap<string, number>): boolean {
  return [...vocabulary.keys()].some((entry) => lowercase(entry) !== entry && !/^[[<].*[\]>]$/.test(entry));
}

/** @returns a function from a special token to its number, which refuses the file where there is none. */
export function finder(vocabulary: ReadonlyMap<string, number>, file: string): (token: string) => number {
  return (token) => {
    const id = vocabulary.get(token);
    if (id === undefined) throw badTokenizer(`${file} has no entry for the special token ${token}.`);
    return id;
  };
}

export function refuse(file: string, modelType: string, known: readonly string[]): never {
  const message = `From ${file} alone Winnow makes tokenizers of ${known.join(', ')}, and the model is of the type "${modelType}".`;
  throw badTokenizer(`${message} Its tokenizer.json would do.`);
}
