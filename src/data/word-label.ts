/**
 * A file of sentences and a file of their labels, line by line: `train.word` and `train.label` as NeuroX and the published
 * scripts read them. As many labels as words on every line is labelling, one label a line a sentence task, whose pairs
 * are joined by ` ||| `. Words are separated by spaces.
 */
import { readFirstLines } from '../format/lines.ts';
import type { DroppedFile } from './cards.ts';
import type { Fit } from './layout.ts';
import { ownFits } from './table-layout.ts';
import { labelledFor } from './token-layout.ts';

export interface PairLayout {
  /** One label a word, or one a sentence. */
  labels: 'words' | 'sentences';
}

export const pairMark = ' ||| ';

export function wordsOf(line: string): string[] {
  return line.split(/[ \t]+/).filter((word) => word !== '');
}

/** @throws WinnowError as `readFirstLines`. */
export async function sniffPair(words: File, labels: File): Promise<{ layout: PairLayout; fits: Fit[] }> {
  const [sentences, beside] = [await readFirstLines(words), await readFirstLines(labels)];
  const lines = sentences.slice(0, beside.length).map((line, index) => [wordsOf(line), wordsOf(beside[index])]);
  const equal = lines.filter(([tokens, tags]) => tokens.length === tags.length);
  const oneEach = lines.every(([, tags]) => tags.length <= 1);
  if (equal.length * 2 >= lines.length && !oneEach) {
    const own = labelledFor(equal.flatMap(([, tags]) => tags));
    const fits: Fit[] = [{ task: 'labelling', share: 0.5 }];
    if (own !== null) fits.push({ task: own, share: 0.4 });
    return { layout: { labels: 'words' }, fits };
  }
  if (oneEach) return { layout: { labels: 'sentences' }, fits: ownFits(beside) };
  return { layout: { labels: 'words' }, fits: [{ task: 'labelling', share: 0.3 }] };
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
  const found = files.map((file) => {
    const name = stem(file.path, 'word');
    const partner = name === null ? null : (labels.get(name) ?? null);
    if (partner !== null) partners.add(partner);
    return { file, labels: partner };
  });
  return found.filter(({ file }) => !partners.has(file));
}
