/**
 * fastText's lines: `__label__good a fine film`. Rows of several labels are left out: a probe learns one. A comma behind a
 * label is no part of it.
 */
import { readLines } from '../../format/lines.ts';
import type { DataFormat, Reading } from '../data-format.ts';
import { SentenceCollector } from '../row-collectors.ts';
import type { SentenceRows } from '../rows.ts';
import { ownFits } from '../table-layout.ts';
import type { OwnTask } from '../tasks.ts';

const mark = '__label__';
const head = /^(?:\s*__label__[^\s,]+[\s,]*)+/;

export const fastText: DataFormat = {
  name: 'fasttext',
  endings: ['.ft', '.fasttext', '.ft.txt'],
  async sniff({ file, lines }) {
    const full = (await lines()).filter((line) => line.trim() !== '');
    const marked = full.filter((line) => line.trimStart().startsWith(mark));
    if (full.length === 0 || marked.length < 0.9 * full.length) return null;
    const read = (reading: Reading<OwnTask>) => readMarked(file, reading);
    const fits = ownFits(marked.flatMap((line) => labelsOf(line).labels));
    return { kind: 'data', source: { sentences: { columns: [], layout: null, read }, words: null, table: null }, fits };
  },
};

function labelsOf(line: string): { labels: string[]; text: string } {
  const [marks = ''] = head.exec(line) ?? [];
  const labels = marks.split(mark).slice(1);
  return { labels: labels.map((label) => label.replace(/[\s,]+$/, '')), text: line.slice(marks.length).trim() };
}

async function readMarked(file: File, { task, control }: Reading<OwnTask>): Promise<SentenceRows> {
  const rows = new SentenceCollector(file, task, { place: 'Line' });
  for await (const { firstLine, lines } of readLines(file, control)) {
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue;
      const { labels, text } = labelsOf(line);
      if (labels.length === 1 && text !== '') rows.add(firstLine + index, text, null, labels[0]);
      else rows.leaveOut(firstLine + index);
    }
  }
  return { ...rows.done(), skippedBecause: ['it has not one label and a text', 'they have not one label and a text'] };
}
