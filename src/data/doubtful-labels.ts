/** Labels that count as classes and look as if they were none, or several at once: which, that somebody may look. */
import type { Notice } from '../base/errors.ts';
import type { SentenceRows } from './rows.ts';

/** Of numbers: what training code passes over. Of words: what people write who have no label. */
const noNumbers = ['-1', '-100', '255'];
const noWords = /^(none|na|unk|unknown|unlabell?ed|no label)$/i;

/** @param path for messages; @param rows of classes; @param column their name: as a label, a header within the rows */
export function doubtfulLabels(path: string, { labels, counts }: SentenceRows, column: string | null): Notice[] {
  if (labels === null || counts === null) return [];
  const whole = labels.filter((label) => /^\d+$/.test(label));
  const isNone = (label: string): boolean =>
    label === column ||
    (noNumbers.includes(label) ? isBesideNumbers(label, whole, labels) : noWords.test(label) && labels.length > 2);
  const none = labels.filter(isNone).map((label) => ({ label, rows: counts[labels.indexOf(label)] }));
  const known = new Set(labels);
  const joined = labels.filter((label) => partsOf(label).length > 1 && partsOf(label).every((part) => known.has(part)));
  const add = (message: string, next: string): Notice => ({ code: 'bad-data', message, next, path });
  return [
    ...none.map(({ label, rows }) =>
      add(
        `\`${label}\` (${rows === 1 ? '1 row' : `${rows} rows`} of \`${path}\`) counts as a class.`,
        'If it stands for no label, leave its cell empty or take those rows out of the file.',
      ),
    ),
    ...(joined.length === 0
      ? []
      : [
          add(
            `\`${joined[0]}\` in \`${path}\` looks like several labels; each combination (${joined.length}) counts as a class of its own.`,
            'Give each row one label, or each label a column of 0 and 1.',
          ),
        ]),
  ];
}

/** Classes that are counted, and this one beyond them; −1 and 1 are two classes. */
function isBesideNumbers(label: string, whole: readonly string[], labels: readonly string[]): boolean {
  const rest = whole.filter((other) => other !== label);
  return (rest.includes('0') || rest.length > 1) && rest.length === labels.length - 1 && !rest.includes('254');
}

/** `1,2`, `[1, 2]`, `['a', 'b']` → what is joined. */
function partsOf(label: string): string[] {
  const inside = /^[[{(].*[\])}]$/.test(label) ? label.slice(1, -1) : label;
  const plain = inside.split(/[,;|]/).map((part) => part.trim().replace(/^(['"])(.*)\1$/, '$2'));
  return label === inside ? plain : plain.map((part) => label[0] + part + label.slice(-1));
}
