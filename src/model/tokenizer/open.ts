/** Reads the files of a tokenizer, whatever kind they are, and puts it together. Sizes are bounded before anything is parsed. */
import { readSlice, readText } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import { readSentencePiece } from '../../format/sentencepiece.ts';
import type { SourceFile } from '../source-file.ts';
import type { TokenizerFiles } from '../tokenizer-files.ts';
import type { Tokenizer } from '../tokenize.ts';
import { sentencePieceParts } from './from-sentencepiece.ts';
import { bytePairParts, wordPieceParts } from './from-vocabulary.ts';
import { PipelineTokenizer, type Parts } from './pipeline.ts';
import { checkAmount, readTokenizerJson } from './read-json.ts';
import { Settings } from './settings.ts';
import { badTokenizer } from './spec.ts';

const limitBytes = 64 * 2 ** 20;

/**
 * @param modelType of config.json; null when it names none
 * @throws WinnowError `bad-tokenizer`, `bad-file` or `missing-file` with what is wrong with which file.
 */
export async function openTokenizer(files: TokenizerFiles, modelType: string | null): Promise<Tokenizer> {
  const { path, file } = files.main;
  const name = `\`${file.name}\``;
  try {
    return new PipelineTokenizer(await readParts(files, modelType, name), path);
  } catch (cause) {
    if (cause instanceof WinnowError) throw cause;
    throw badTokenizer(`${name} cannot be used: ${(cause as Error).message}.`, cause);
  }
}

async function readParts(files: TokenizerFiles, modelType: string | null, name: string): Promise<Parts> {
  const { kind, main, merges } = files;
  if (kind === 'tokenizer.json') return readTokenizerJson(await readText(main.file, limitBytes), name);
  const settings = new Settings({
    config: await textOf(files.config),
    specialTokens: await textOf(files.specialTokens),
    added: await textOf(files.added),
  });
  switch (kind) {
    case 'vocab.txt':
      return wordPieceParts(await readAmount(main), settings, modelType, name);
    case 'vocab.json':
      if (!merges) {
        const message = `\`merges.txt\` is missing: ${name} is one half of a tokenizer.`;
        throw new WinnowError('missing-file', message, "Add merges.txt or tokenizer.json from the model's folder.");
      }
      return bytePairParts(await readAmount(main), await readAmount(merges), settings, modelType, name);
    case 'sentencepiece': {
      if (main.file.size > limitBytes) {
        throw badTokenizer(`${name} has ${main.file.size} bytes, more than the ${limitBytes} such a file may have.`);
      }
      const bytes = await readSlice(main.file, 0, main.file.size);
      return sentencePieceParts(readSentencePiece(bytes, name), settings, modelType, name);
    }
    default:
      return kind satisfies never;
  }
}

async function textOf(source: SourceFile | null): Promise<string | null> {
  return source ? readText(source.file, 4 * 2 ** 20) : null;
}

/** A vocabulary's text, refused when it holds more entries than any has. */
async function readAmount({ file }: SourceFile): Promise<string> {
  const text = await readText(file, limitBytes);
  checkAmount(text, `\`${file.name}\``);
  return text;
}
