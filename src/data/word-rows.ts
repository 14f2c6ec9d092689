/** Tables with one word a row and the number of its sentence: rows are texts here, so that they are told how to be read. */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { encodingOf } from '../format/encoding.ts';
import type { TextTable } from '../format/table.ts';

const wordNames = /^(words?|tokens?|forms?)$/i;
const tagNames = /^(tags?|labels?|pos|upos|ner|iob|(pos|ner|iob)_?tags?)$/i;
const sentenceNames = /^(sentence ?#|(sentence|sent)[ _]?(id|idx|no|num|number)|sentences?)$/i;

/** @returns what to say of such a table; null: it is none. */
export function wordRows(file: File, { columns, sample, form }: TextTable): WinnowError | null {
  const [word, sentence] = [wordNames, sentenceNames].map((names) => columns.find((name) => names.test(name)));
  const tag = columns.findLast((name) => tagNames.test(name));
  if (word === undefined || sentence === undefined || tag === undefined) return null;
  const place = columns.indexOf(word);
  const words = sample.filter((cells) => !/\s/.test(cells[place]?.trim() ?? ' '));
  if (words.length < 0.9 * sample.length) return null;
  const message = `${nameOf(file)} has one word a row (\`${word}\`, \`${tag}\`, \`${sentence}\`); words are read from lines with a blank one between sentences.`;
  const reading = [
    JSON.stringify(file.name),
    ...(form === null || form.separator === ',' ? [] : [`sep=${JSON.stringify(form.separator)}`]),
    ...(encodingOf(file) === 'Windows-1252' ? ['encoding="cp1252"'] : []),
    'keep_default_na=False',
  ];
  const out = file.name.replace(/(\.[^.]+)?$/, '.conll');
  const lines = `"\\n".join(w + "\\t" + t for w, t in zip(g[${JSON.stringify(word)}], g[${JSON.stringify(tag)}]))`;
  const groups = `d.groupby(d[${JSON.stringify(sentence)}].replace("", None).ffill(), sort=False)`;
  const next = `Write them so, in Python: \`d = pandas.read_csv(${reading.join(', ')}); open("${out}", "w").write("\\n\\n".join(${lines} for _, g in ${groups}))\`.`;
  return new WinnowError('bad-data', message, next);
}
