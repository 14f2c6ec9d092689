/** The formats of data files, in the order in which a file is held against them: the first that knows it reads it. */
import type { DataFormat } from './data-format.ts';
import { csv } from './formats/csv.ts';
import { fastText } from './formats/fasttext.ts';
import { foreign } from './formats/foreign.ts';
import { glue } from './formats/glue.ts';
import { jsonArray } from './formats/json-array.ts';
import { jsonLines } from './formats/json-lines.ts';
import { parquet } from './formats/parquet.ts';
import { slashTags } from './formats/slash-tags.ts';
import { tokens } from './formats/tokens.ts';
import { tsv } from './formats/tsv.ts';
import { wordLabel } from './formats/word-label.ts';

export const dataFormats: readonly DataFormat[] = [
  wordLabel,
  parquet,
  foreign,
  fastText,
  glue,
  tokens,
  slashTags,
  jsonArray,
  jsonLines,
  tsv,
  csv,
];
