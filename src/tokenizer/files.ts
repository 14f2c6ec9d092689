/** Which of a model's files its tokenizer is made from: names and folders only, nothing is read. */
import { baseName, folderOf, type SourceFile } from '../base/source-file.ts';

export type TokenizerKind = 'tokenizer.json' | 'vocab.txt' | 'vocab.json' | 'sentencepiece';

export interface TokenizerFiles {
  kind: TokenizerKind;
  /** The tokenizer itself, or its vocabulary. */
  main: SourceFile;
  /** Beside vocab.json; null for other kinds, or when it is missing. */
  merges: SourceFile | null;
  config: SourceFile | null;
  specialTokens: SourceFile | null;
  added: SourceFile | null;
}

/** The best first. */
const kinds: readonly [TokenizerKind, RegExp][] = [
  ['tokenizer.json', /^tokenizer\.json$/i],
  ['vocab.txt', /^vocab\.txt$/i],
  ['vocab.json', /^vocab\.json$/i],
  ['sentencepiece', /^(spiece|spm|sentencepiece.*)\.model$/i],
];

/** Chooses among `files` those of `folder` before those of other folders. */
export function findTokenizerFiles(files: readonly SourceFile[], folder: string): TokenizerFiles | null {
  const here = files.filter(({ path }) => folderOf(path) === folder);
  for (const place of [here, files]) {
    for (const [kind, pattern] of kinds) {
      const main = place.find(({ path }) => pattern.test(baseName(path)));
      if (main) return withSettings(kind, main, files);
    }
  }
  return null;
}

function withSettings(kind: TokenizerKind, main: SourceFile, files: readonly SourceFile[]): TokenizerFiles {
  const beside = (name: string): SourceFile | null =>
    files.find(({ path }) => folderOf(path) === folderOf(main.path) && baseName(path).toLowerCase() === name) ?? null;
  return {
    kind,
    main,
    merges: kind === 'vocab.json' ? beside('merges.txt') : null,
    config: beside('tokenizer_config.json'),
    specialTokens: beside('special_tokens_map.json'),
    added: beside('added_tokens.json'),
  };
}

/** All files that decide the numbers, in a fixed order. */
export function tokenizerFilesOf({ main, merges, config, specialTokens, added }: TokenizerFiles): SourceFile[] {
  return [main, merges, config, specialTokens, added].filter((file) => file !== null);
}
