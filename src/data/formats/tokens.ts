/** A token a line with its labels in columns: CoNLL-U, CoNLL-2000 and its kin, the Parallel Meaning Bank's export. */
import { columnPlaces } from '../../format/table.ts';
import { firstTokens, readTokens, tokenFormat } from '../../format/token-lines.ts';
import { unusable, type DataFormat, type Reading } from '../data-format.ts';
import { WordCollector } from '../row-collectors.ts';
import type { WordRows } from '../rows.ts';
import type { LabellingTask } from '../tasks.ts';
import { labellingFits, tokenLayout, type TokenLayout } from '../token-layout.ts';

export const tokens: DataFormat = {
  name: 'tokens',
  endings: ['.conll', '.conllu', '.conllx', '.iob', '.iob2'],
  async sniff({ file, lines }) {
    const first = await lines();
    const format = tokenFormat(first);
    if (format === null) return null;
    const layout = tokenLayout(format, firstTokens(first, format));
    const words = { layout, read: (reading: Reading<LabellingTask>) => readWords(file, layout, reading) };
    return { kind: 'data', source: { sentences: null, words, table: null }, fits: labellingFits(layout) };
  },
};

async function readWords(
  file: File,
  layout: TokenLayout,
  { task, columns, wordLimit, control }: Reading<LabellingTask>,
): Promise<WordRows> {
  if (columns === null) throw unusable(file, task);
  const rows = new WordCollector(file, wordLimit);
  const names = layout.columns.map(({ name }) => name);
  const places = columnPlaces(names, [columns.text, columns.label], file);
  const [words, labels] = places.map((index) => layout.columns[index].place);
  for await (const sentences of readTokens(file, layout.format, control)) {
    for (const { tokens } of sentences) {
      const taken = rows.add(
        tokens.map((cells) => cells[words]),
        tokens.map((cells) => (layout.format.form === 'conllu' && cells[labels] === '_' ? '' : cells[labels])),
      );
      if (!taken) return rows.done();
    }
  }
  return rows.done();
}
