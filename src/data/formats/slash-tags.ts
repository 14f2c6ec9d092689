/**
 * Words with their tags behind a slash or an underscore, a sentence a line: `The/DT film/NN`, as the Brown corpus, the Penn
 * Treebank's tagged files (whose brackets and rules are left out) and taggers write it.
 */
import { readLines } from '../../format/lines.ts';
import type { DataFormat, Reading } from '../data-format.ts';
import { WordCollector } from '../row-collectors.ts';
import type { WordRows } from '../rows.ts';
import type { LabellingTask } from '../tasks.ts';
import { labelledFor } from '../token-layout.ts';
import { spacedWords } from './word-label.ts';

/** Share of tokens that must have a tag. */
const fitting = 0.98;
/** Tag sets are small: more different tags are something else behind a slash. */
const tagLimit = 200;

export const slashTags: DataFormat = {
  name: 'slash-tags',
  endings: [],
  async sniff({ file, lines }) {
    const tokens = (await lines()).flatMap(tokensOf);
    for (const separator of ['/', '_']) {
      const pairs = tokens.flatMap((token) => pairOf(token, separator) ?? []);
      const tags = pairs.map(({ tag }) => tag);
      const kinds = new Set(tags).size;
      if (pairs.length < 4 || pairs.length < fitting * tokens.length || kinds > tagLimit || kinds * 2 > tags.length)
        continue;
      const task = labelledFor(tags);
      const read = (reading: Reading<LabellingTask>) => readTagged(file, separator, reading);
      const source = { sentences: null, words: { layout: null, read }, table: null };
      const labelling = { task: 'labelling', share: 0.4 } as const;
      return { kind: 'data', source, fits: task === null ? [labelling] : [{ task, share: 0.5 }, labelling] };
    }
    return null;
  },
};

/** Without the brackets around phrases and the rules between documents. */
function tokensOf(line: string): string[] {
  return /^[=\s]*$/.test(line) ? [] : spacedWords(line).filter((token) => token !== '[' && token !== ']');
}

function pairOf(token: string, separator: string): { word: string; tag: string } | null {
  const at = token.lastIndexOf(separator);
  const [word, tag] = [token.slice(0, at), token.slice(at + 1)];
  return at > 0 && /^[A-Za-z$.,:;()'"`#*|+-]{1,20}$/.test(tag) ? { word, tag } : null;
}

async function readTagged(
  file: File,
  separator: string,
  { wordLimit, control }: Reading<LabellingTask>,
): Promise<WordRows> {
  const rows = new WordCollector(file, wordLimit);
  for await (const { firstLine, lines } of readLines(file, control)) {
    for (const [index, line] of lines.entries()) {
      const tokens = tokensOf(line);
      if (tokens.length === 0) continue;
      const pairs = tokens.flatMap((token) => pairOf(token, separator) ?? []);
      if (pairs.length < tokens.length) rows.leaveOut(firstLine + index);
      else if (
        !rows.add(
          pairs.map(({ word }) => word),
          pairs.map(({ tag }) => tag),
        )
      )
        return rows.done();
    }
  }
  return { ...rows.done(), skippedBecause: ['it has a word without a tag', 'they have a word without a tag'] };
}
