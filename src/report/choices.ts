/**
 * What was chosen among all that was dropped, and what else there was: a subject and a text each, the same words on the
 * command line and on the page. What was no choice, or what an older run file does not say, has no line.
 */
import type { RunFile } from '../run/run-file.ts';
import { rowUnit } from './analysis.ts';
import { separatorInWords, someOf } from './format.ts';

/** As much of a run file. */
export interface Choices {
  model: Partial<RunFile['model']>;
  data: Pick<RunFile['data'], 'task' | 'columns'> & { files: FileForm[] };
  options: Pick<RunFile['options'], 'aggregation' | 'sentenceToken'>;
}

type FileForm = Pick<RunFile['data']['files'][number], 'name' | 'encoding' | 'separator' | 'quoted'>;

export function choicesOf(run: Choices): [subject: string, text: string][] {
  const { model, data, options } = run;
  const { weights, otherWeights = [], encoders, adapter, pooling, lastLayer } = model;
  const ofWords = options.aggregation ? words[options.aggregation] : null;
  const lines: [string, string | null][] = [
    ['weights', weights ? used(weights.join(', '), otherWeights) : null],
    ['encoder', encoders ? used(encoders[0], encoders.slice(1)) : null],
    ['adapter', adapter === undefined ? null : `${adapter}, merged`],
    ['pooling', rowUnit(run) === 'word' ? ofWords : sentences[options.sentenceToken ?? pooling ?? 'unsaid']],
    ['last layer', lastLayer === undefined ? null : 'normalised, the others are not'],
    ['columns', columnsInWords(data)],
    ['read as', formsInWords(data)],
  ];
  return lines.flatMap(([subject, text]) => (text === null ? [] : [[subject, text] as [string, string]]));
}

const sentences = {
  first: 'a sentence is its first token',
  last: 'a sentence is its last token',
  mean: 'a sentence is the mean of its tokens',
  unsaid: null,
} as const;

const words = {
  last: 'a word is its last subword',
  first: 'a word is its first subword',
  average: 'a word is the mean of its subwords',
} as const;

function used(name: string, others: readonly string[]): string {
  return others.length === 0 ? name : `${name} (not used: ${someOf(others)})`;
}

function columnsInWords({ columns }: Choices['data']): string | null {
  if (columns === undefined) return null;
  const { text, pair, label, others } = columns;
  return used(`text ${text}${pair === null ? '' : ` and ${pair}`}, label ${label}`, others);
}

/** Once, where all files are of one form. */
function formsInWords({ files }: Choices['data']): string | null {
  const forms = files.flatMap((file) => {
    const form = formInWords(file);
    return form === null ? [] : [{ name: file.name, form }];
  });
  const different = [...new Set(forms.map(({ form }) => form))];
  if (different.length < 2) return different[0] ?? null;
  return forms.map(({ name, form }) => `${name} ${form}`).join('; ');
}

function formInWords({ encoding, separator, quoted }: FileForm): string | null {
  if (encoding === undefined) return null;
  if (separator === undefined) return encoding === 'UTF-8' ? null : encoding;
  return `${encoding}, cells between ${separatorInWords(separator)}, ${quoted ? 'quotes around them taken off' : 'quotes are text'}`;
}
