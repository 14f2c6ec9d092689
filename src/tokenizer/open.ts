/**
 * Reads the files of a tokenizer, whatever kind they are, and puts it together: the one way to a tokenizer. What its files
 * make the library throw is said of the file. Sizes are bounded before anything is parsed.
 */
import { nameOf, readText, readWhole } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { SourceFile } from '../base/source-file.ts';
import { JsonFault } from '../format/json-bytes.ts';
import { readSentencePiece } from '../format/sentencepiece.ts';
import type { TokenizerFiles } from './files.ts';
import { vocabularyConvention, type TokenizerModel } from './conventions.ts';
import { withSettings } from './beside-json.ts';
import { sentencePieceParts } from './from-sentencepiece.ts';
import { bytePairParts, wordPieceParts, type NamedBytes } from './from-vocabulary.ts';
import { tokenizerOf, type PipelineParts } from './pipeline.ts';
import { readTokenizerJson } from './read-json.ts';
import { Settings } from './settings.ts';
import { badTokenizer, sameTokenizer } from './spec.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Nearly twice the greatest tokenizer.json that is known. */
const limitBytes = 64 * 2 ** 20;

/** @throws WinnowError `bad-tokenizer`, `bad-file` or `missing-file` with what is wrong with which file. */
export async function openTokenizer(files: TokenizerFiles, model: TokenizerModel): Promise<Tokenizer> {
  const { path, file } = files.main;
  try {
    return tokenizerOf(
      await readTokenizerParts(files, model, await readSettings(files)),
      path,
      model.conventions.get(model.type ?? '')?.pooling,
    );
  } catch (cause) {
    if (cause instanceof WinnowError) throw cause;
    if (cause instanceof JsonFault) {
      const message = `${nameOf(file)} cannot be read: ${cause.message} at byte ${cause.position + 1}.`;
      throw new WinnowError('bad-file', message, sameTokenizer, cause);
    }
    throw badTokenizer(`${nameOf(file)} cannot be used: ${(cause as Error).message}.`, cause);
  }
}

/** What the files beside the tokenizer say. @throws WinnowError `bad-file` for one that is no JSON object. */
export async function readSettings(files: TokenizerFiles): Promise<Settings> {
  return new Settings({
    config: await textOf(files.config),
    specialTokens: await textOf(files.specialTokens),
    added: await textOf(files.added),
  });
}

/** What a tokenizer is put together from. @throws WinnowError as `openTokenizer`; JsonFault. */
export async function readTokenizerParts(
  files: TokenizerFiles,
  model: TokenizerModel,
  settings: Settings,
): Promise<PipelineParts> {
  const { kind, main, merges } = files;
  const { bytes, file } = await readBytes(main);
  if (kind === 'tokenizer.json') return withSettings(readTokenizerJson(bytes, file), settings, model);
  const name = nameOf(file);
  const convention = () => vocabularyConvention(kind, model, name);
  switch (kind) {
    case 'vocab.txt':
      return wordPieceParts({ bytes, file }, settings, convention());
    case 'vocab.json':
      if (!merges) {
        const message = `\`merges.txt\` is missing: ${name} is one half of a tokenizer.`;
        throw new WinnowError('missing-file', message, "Add merges.txt or tokenizer.json from the model's folder.");
      }
      return bytePairParts({ bytes, file }, await readBytes(merges), settings, convention());
    case 'sentencepiece':
      return sentencePieceParts(readSentencePiece(bytes, name), settings, convention(), name);
    default:
      return kind satisfies never;
  }
}

async function textOf(source: SourceFile | null): Promise<string | null> {
  return source ? readText(source.file, 4 * 2 ** 20) : null;
}

async function readBytes({ file }: SourceFile): Promise<NamedBytes> {
  const bytes = await readWhole(file, limitBytes);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { bytes: marked ? bytes.subarray(3) : bytes, file };
}
