/**
 * A tokenizer as files that other programs open: transformers (Python), the tokenizers library and transformers.js. A
 * tokenizer.json is copied as it is unless the settings beside it overrule it, which only transformers knows; of a bare
 * vocabulary one is written. tokenizer_config.json names everything that these programs else take for granted.
 */
import { readText } from '../base/bytes.ts';
import type { SourceFile } from '../base/source-file.ts';
import { conventionOf } from './beside-json.ts';
import { vocabularyConvention, type TokenizerModel, type VocabularyConvention } from './conventions.ts';
import type { TokenizerFiles } from './files.ts';
import { readSettings, readTokenizerParts } from './open.ts';
import { tokenizerOf, type PipelineParts } from './pipeline.ts';
import type { Settings } from './settings.ts';
import type { Slot } from './template.ts';

export interface TokenizerFolderOptions {
  /** The longest input in tokens. */
  maxLength: number;
  /** The class of a tokenizer of this kind in transformers, where no file names one; null: not known. */
  className: string | null;
}

/** Files by name. @throws WinnowError as `openTokenizer`. */
export async function tokenizerFolder(
  files: TokenizerFiles,
  model: TokenizerModel,
  options: TokenizerFolderOptions,
): Promise<Map<string, Blob>> {
  const settings = await readSettings(files);
  const parts = await readTokenizerParts(files, model, settings);
  const convention =
    files.kind === 'tokenizer.json'
      ? conventionOf(settings.text('tokenizer_class'), model)
      : vocabularyConvention(files.kind, model, parts.file);
  const folder = new Map<string, Blob>([
    ['tokenizer.json', await tokenizerJson(files, parts)],
    ['tokenizer_config.json', jsonBlob(configOf(files, { parts, settings, convention }, model, options))],
  ]);
  const copy = (name: string, source: SourceFile | null): void => {
    if (source) folder.set(name, source.file);
  };
  copy('special_tokens_map.json', files.specialTokens);
  // A tokenizer.json that is written holds them.
  if (files.kind === 'tokenizer.json') copy('added_tokens.json', files.added);
  return folder;
}

function jsonBlob(value: unknown): Blob {
  return new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' });
}

async function tokenizerJson({ kind, main }: TokenizerFiles, parts: PipelineParts): Promise<Blob> {
  if (kind === 'tokenizer.json' && parts.overruled !== true) return main.file;
  const rest = {
    added_tokens: addedTokens(parts),
    normalizer: sequence('normalizers', parts.normalizer),
    pre_tokenizer: sequence('pretokenizers', parts.preTokenizer),
    post_processor: postProcessor(parts),
  };
  if (!parts.modelText) {
    const own = JSON.parse(await readText(main.file, main.file.size)) as Record<string, unknown>;
    return jsonBlob({ ...own, ...rest });
  }
  const head = { version: '1.0', truncation: null, padding: null, ...rest, decoder: decoders[parts.model.kind] };
  return new Blob([`${JSON.stringify(head).slice(0, -1)},"model":${parts.modelText()}}\n`], {
    type: 'application/json',
  });
}

const decoders = {
  WordPiece: { type: 'WordPiece', prefix: '##', cleanup: true },
  BPE: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  Unigram: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
} as const;

function sequence(list: string, steps: PipelineParts['normalizer']): object | null {
  const written = steps.map((step) => step.written);
  return written.length > 1 ? { type: 'Sequence', [list]: written } : (written.at(0) ?? null);
}

/** In the order of their ids, as the library adds them. */
function addedTokens({ added }: PipelineParts): object[] {
  return added
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, content, singleWord, stripLeft, stripRight, normalized, special }) => ({
      ...{ id, content, single_word: singleWord, lstrip: stripLeft, rstrip: stripRight, normalized, special },
    }));
}

function postProcessor(parts: PipelineParts): object {
  const { single, pair } = parts.template;
  const name = tokenNames(parts);
  const slots = (list: readonly Slot[]): object[] =>
    list.map(({ content, typeId }) =>
      typeof content === 'object'
        ? { SpecialToken: { id: name(content.special), type_id: typeId } }
        : { Sequence: { id: content === 'first' ? 'A' : 'B', type_id: typeId } },
    );
  const ids = [...single, ...pair].flatMap(({ content }) => (typeof content === 'object' ? content.special : []));
  const specials = ids.map((id) => [name(id), { id: name(id), ids: [id], tokens: [name(id)] }] as const);
  return {
    type: 'TemplateProcessing',
    single: slots(single),
    pair: slots(pair),
    special_tokens: Object.fromEntries(specials),
  };
}

function tokenNames({ added, model }: PipelineParts): (id: number) => string {
  const names = new Map([...model.vocabulary].map(([text, id]) => [id, text] as const));
  for (const { content, id } of added) names.set(id, content);
  return (id) => names.get(id) ?? `[${id}]`;
}

interface Read {
  parts: PipelineParts;
  settings: Settings;
  convention: VocabularyConvention | null;
}

function configOf(
  { kind }: TokenizerFiles,
  { parts, settings, convention }: Read,
  { type, conventions }: TokenizerModel,
  { maxLength, className }: TokenizerFolderOptions,
): object {
  const { padding } = tokenizerOf(parts, '', conventions.get(type ?? '')?.pooling);
  const known = new Set(parts.added.map(({ content }) => content));
  const usual = Object.entries(convention?.tokens ?? {}).filter(([, token]) => known.has(token));
  const special = new Map<string, unknown>([
    ['pad_token', tokenNames(parts)(padding.id)],
    ...usual,
    ...Array.from(settings.described, ([role, value]) => [role, described(value)] as const),
  ]);
  return {
    ...(className !== null && { tokenizer_class: className }),
    ...settings.whole,
    ...Object.fromEntries(special),
    // Where no file says it, Winnow goes by the vocabulary, and transformers lowers.
    ...(kind === 'vocab.txt' && { do_lower_case: lowers(parts) }),
    model_max_length: maxLength,
    padding_side: padding.side,
  };
}

/** transformers.js takes a description for a token by this mark only. */
function described(token: unknown): unknown {
  return typeof token === 'object' ? { ...token, __type: 'AddedToken' } : token;
}

function lowers({ normalizer }: PipelineParts): boolean {
  return normalizer.some(({ written }) => written.lowercase === true);
}
