/**
 * A tokenizer from a bare vocabulary, as transformers makes it: WordPiece from `vocab.txt`, byte-level BPE from
 * `vocab.json` and `merges.txt`. The model type's convention says which special tokens stand where.
 */
import { decodeText, nameOf } from '../base/bytes.ts';
import { JsonBytes } from '../format/json-bytes.ts';
import type { VocabularyConvention } from './conventions.ts';
import { bytePairModel, wordPieceModel } from './library-models.ts';
import type { SubwordModel } from './library.ts';
import { Merges } from './merges.ts';
import { bertStep } from './normalizers.ts';
import type { PipelineParts } from './pipeline.ts';
import { bertPreTokenizer, byteLevel } from './pre-tokenizers.ts';
import type { Settings } from './settings.ts';
import { badTokenizer, Spec } from './spec.ts';
import { templateOf } from './template.ts';
import { modelOf, textOfIds } from './written-model.ts';
import { lowercase } from './unicode.ts';
import { checkEntryCount, checkLength, readVocabulary, type Vocabulary } from './vocabulary.ts';

export function wordPieceParts(
  source: NamedBytes,
  settings: Settings,
  convention: VocabularyConvention,
): PipelineParts {
  const file = nameOf(source.file);
  if (settings.text('tokenizer_class') === 'BertJapaneseTokenizer') {
    throw badTokenizer(`${file} needs a Japanese word splitter, which Winnow does not have.`);
  }
  const vocabulary = entriesOf(source);
  const names = settings.names(convention.tokens);
  const lower = settings.flag('do_lower_case') ?? !holdsCapitals(vocabulary);
  tokenId(names.unk_token, vocabulary, file);
  const { model, ...steps } = wordPieceOf(vocabulary, settings, names.unk_token, lower);
  const fields = { type: 'WordPiece', unk_token: names.unk_token, ...wordPieceConfig };
  const modelText = () => modelOf(fields, { vocab: textOfIds(vocabulary) });
  const remark =
    settings.flag('do_lower_case') === null && !lower
      ? `${file} holds capitals and no file says do_lower_case: texts keep their capitals, which AutoTokenizer would lower.`
      : null;
  return { ...sharedParts(model, settings, convention, file), ...steps, remark, modelText };
}

const wordPieceConfig = { continuing_subword_prefix: '##', max_input_chars_per_word: 100 };

/** What BERT's tokenizers do, and nothing that a file might say otherwise but `settings`. */
export function wordPieceOf(
  vocabulary: Vocabulary,
  settings: Settings,
  unknown: string,
  lower: boolean,
): Pick<PipelineParts, 'model' | 'normalizer' | 'preTokenizer'> {
  const options = {
    clean: true,
    chinese: settings.flag('tokenize_chinese_chars') ?? true,
    lower,
    strip: settings.flag('strip_accents') ?? lower,
  };
  return {
    model: wordPieceModel(vocabulary, unknown, wordPieceConfig),
    normalizer: [bertStep(options)],
    preTokenizer: [bertPreTokenizer],
  };
}

/** @param merges of merges.txt: a line a merge, the first learnt first */
export function bytePairParts(
  { bytes, file: source }: NamedBytes,
  merges: NamedBytes,
  settings: Settings,
  convention: VocabularyConvention,
): PipelineParts {
  const file = nameOf(source);
  checkEntryCount(new JsonBytes(bytes).skip(), 'entries', file);
  const json = new JsonBytes(bytes);
  const vocabulary = readVocabulary(json, new Spec(new Map(), file));
  json.end();
  const read = mergesOf(merges, vocabulary);
  const model = bytePairModel(vocabulary, read, null, {});
  const fields = { type: 'BPE', dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false };
  const modelText = () =>
    modelOf(fields, { vocab: textOfIds(vocabulary), merges: JSON.stringify(read.pairs(vocabulary)) });
  return {
    ...sharedParts(model, settings, convention, file),
    preTokenizer: [byteLevel(settings.flag('add_prefix_space') ?? false, true)],
    spaceBeforeWords: true,
    modelText,
  };
}

/** A file's bytes, and the file for messages. */
export interface NamedBytes {
  bytes: Uint8Array;
  file: { readonly name?: string };
}

function mergesOf({ bytes, file }: NamedBytes, vocabulary: Vocabulary): Merges {
  const spec = new Spec(new Map(), nameOf(file));
  checkEntryCount(lineCount(bytes), 'merges', spec.file);
  return new Merges(vocabulary, spec).readLines(bytes);
}

/** One entry a line, its number the line's; of equal lines the last counts. */
function entriesOf({ bytes, file }: NamedBytes): Map<string, number> {
  const spec = new Spec(new Map(), nameOf(file));
  checkEntryCount(lineCount(bytes), 'entries', spec.file);
  const lines = decodeText(bytes, file).split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  lines.forEach((line) => checkLength(line, spec));
  return new Map(lines.map((line, id) => [line, id]));
}

const [lineFeed, carriageReturn] = [10, 13];

/** Counted before there is a text of each line. */
function lineCount(bytes: Uint8Array): number {
  let count = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) count++;
  }
  return count;
}

/** A vocabulary with capital letters outside its special tokens was not learnt from lower-cased text. */
function holdsCapitals(vocabulary: Vocabulary): boolean {
  return [...vocabulary.keys()].some((entry) => lowercase(entry) !== entry && !/^[[<].*[\]>]$/.test(entry));
}

/**
 * The model and its special tokens; what else a tokenizer does is nothing unless it is said.
 * @throws WinnowError `bad-tokenizer` where the vocabulary has no such entry.
 */
export function sharedParts(
  model: SubwordModel,
  settings: Settings,
  convention: VocabularyConvention,
  file: string,
): Omit<PipelineParts, 'preTokenizer'> {
  const { vocabulary } = model;
  const names = settings.names(convention.tokens);
  const tokens = new Map([
    ['cls', names.cls_token],
    ['sep', names.sep_token],
  ]);
  return {
    file,
    model,
    normalizer: [],
    spaceBeforeWords: false,
    added: settings.added(vocabulary, names, convention),
    template: templateOf(convention.template, (purpose) => tokenId(tokens.get(purpose) ?? '', vocabulary, file)),
    padding: { side: settings.side, id: vocabulary.get(names.pad_token) },
  };
}

function tokenId(token: string, vocabulary: Vocabulary, file: string): number {
  const id = vocabulary.get(token);
  if (id === undefined) throw badTokenizer(`${file} has no entry for the special token ${token}.`);
  return id;
}
