/**
 * A file of sentences and a file of their labels, line by line: `train.word` and `train.label` as NeuroX and the published
 * scripts read them. As many labels as words on every line is labelling, one label a line a sentence task, whose pairs
 * are joined by ` ||| `. Words are separated by spaces.
 */
import { nameOf } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import { readFirstLines } from '../../format/lines.ts';
import { readLinePairs } from '../../format/word-label.ts';
import type { DroppedFile } from '../cards.ts';
import { unpackedName, type DataContent, type DataFormat, type DataSource, type Reading } from '../data-format.ts';
import type { Fit } from '../layout.ts';
import { SentenceCollector, WordCollector } from '../row-collectors.ts';
import type { SentenceRows, WordRows } from '../rows.ts';
import { ownFits } from '../table-layout.ts';
import type { LabellingTask, OwnTask } from '../tasks.ts';
import { labelledFor } from '../token-layout.ts';

export const wordLabel: DataFormat = {
  name: 'word-label',
  endings: ['.word', '.words', '.label', '.labels'],
  async sniff({ file, name, labels }) {
    if (!/\.(words?|labels?)(\.txt)?$/i.test(unpackedName(name))) return null;
    return labels === null ? { kind: 'broken', error: noPartner(file) } : sniffPair(file, labels.file);
  },
};

export const pairMark = ' ||| ';

export function spacedWords(line: string): string[] {
  return line.split(/[ \t]+/).filter((word) => word !== '');
}

/** @throws WinnowError as `readFirstLines`. */
async function sniffPair(file: File, labels: File): Promise<DataContent> {
  const [sentences, beside] = [await readFirstLines(file), await readFirstLines(labels)];
  const lines = sentences.slice(0, beside.length).map((line, index) => [spacedWords(line), spacedWords(beside[index])]);
  const equal = lines.filter(([tokens, tags]) => tokens.length === tags.length);
  const oneEach = lines.every(([, tags]) => tags.length <= 1);
  const areWords: DataSource = {
    sentences: null,
    words: { layout: null, read: (reading) => readWords(file, labels, reading) },
    table: null,
  };
  if (equal.length * 2 >= lines.length && !oneEach) {
    const task = labelledFor(equal.flatMap(([, tags]) => tags));
    const fits: Fit[] = [{ task: 'labelling', share: 0.5 }];
    if (task !== null) fits.push({ task, share: 0.4 });
    return { kind: 'data', source: areWords, fits };
  }
  if (!oneEach) return { kind: 'data', source: areWords, fits: [{ task: 'labelling', share: 0.3 }] };
  const read = (reading: Reading<OwnTask>) => readSentences(file, labels, reading);
  const source: DataSource = { sentences: { columns: [], layout: null, read }, words: null, table: null };
  return { kind: 'data', source, fits: ownFits(beside) };
}

async function readSentences(file: File, labels: File, { task, control }: Reading<OwnTask>): Promise<SentenceRows> {
  const rows = new SentenceCollector(file, task, { place: 'Line' });
  for await (const pairs of readLinePairs(file, labels, control)) {
    for (const { at, words, labels: tag } of pairs) {
      const mark = words.indexOf(pairMark);
      if (words === '' && tag.trim() === '') continue;
      if (mark < 0) rows.add(at, words, null, tag);
      else rows.add(at, words.slice(0, mark), words.slice(mark + pairMark.length), tag);
    }
  }
  return rows.done();
}

async function readWords(file: File, labels: File, { wordLimit, control }: Reading<LabellingTask>): Promise<WordRows> {
  const rows = new WordCollector(file, wordLimit);
  for await (const pairs of readLinePairs(file, labels, control)) {
    for (const { at, words, labels: tags } of pairs) {
      const [tokens, each] = [spacedWords(words), spacedWords(tags)];
      if (tokens.length !== each.length) throw unequal(file, labels, at, tokens.length, each.length);
      if (tokens.length === 0) rows.leaveOut(at);
      else if (!rows.add(tokens, each)) return rows.done();
    }
  }
  return rows.done();
}

/** Files with their partners: a file of labels goes with the file of words of its name and is none of its own. */
export function pairUp(files: readonly DroppedFile[]): { file: DroppedFile; labels: DroppedFile | null }[] {
  const stem = (path: string, kind: 'word' | 'label'): string | null => {
    const match = new RegExp(`^(.*)\\.${kind}s?(?:\\.txt)?(?:\\.gz)?$`, 'i').exec(path);
    return match ? match[1] : null;
  };
  const labels = new Map<string, DroppedFile>();
  for (const file of files) {
    const name = stem(file.path, 'label');
    if (name !== null) labels.set(name, file);
  }
  const partners = new Set<DroppedFile>();
  const pairs = files.map((file) => {
    const name = stem(file.path, 'word');
    const partner = name === null ? null : (labels.get(name) ?? null);
    if (partner !== null) partners.add(partner);
    return { file, labels: partner };
  });
  return pairs.filter(({ file }) => !partners.has(file));
}

function noPartner(file: File): WinnowError {
  const [has, lacks] = /\.words?(\.txt)?$/i.test(unpackedName(nameOf(file).slice(1, -1)))
    ? ['word', 'label']
    : ['label', 'word'];
  const message = `${nameOf(file)} has no file of ${lacks === 'word' ? 'words' : 'labels'} beside it.`;
  return new WinnowError('missing-file', message, `Add the file of the same name with \`.${lacks}\` for \`.${has}\`.`);
}

function unequal(file: File, labels: File, line: number, words: number, tags: number): WinnowError {
  const message = `Line ${line} of ${nameOf(file)} has ${words} words and that of ${nameOf(labels)} ${tags} labels.`;
  return new WinnowError('bad-data', message, 'Give every word one label, with one space between them.');
}
