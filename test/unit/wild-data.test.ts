/** Data as people really have it, after public reports: each case with the values that its maker meant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Corrections, DroppedFile } from '../../src/data/cards.ts';
import { joinClassFolders } from '../../src/data/class-folders.ts';
import { dataSet } from '../../src/data/data-set.ts';
import { noLabel } from '../../src/data/no-label.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { tasks } from '../../src/data/tasks.ts';
import { dropped, instancesOf } from '../fixtures/files.ts';

const fixture = (path: string, name: string): DroppedFile =>
  dropped(path, new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/wild', name))));
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const repeated = (rows: string[], times = 6): string => `${Array<string>(times).fill(rows.join('\n')).join('\n')}\n`;
/** As train and dev, or under other names. */
const twice = (content: string | Uint8Array<ArrayBuffer>, ending: string): DroppedFile[] =>
  ['train', 'dev'].map((role) => dropped(`${role}.${ending}`, content));
const both = async (content: string | Uint8Array<ArrayBuffer>, ending: string, corrections: Corrections = {}) =>
  recogniseData(twice(content, ending), corrections);
const said = (notices: { message: string }[]): string[] => notices.map(({ message }) => message);

describe('labels that are none', () => {
  test('−1 of classes that have names (datasets #296, #1963)', async () => {
    const found = await recogniseData(
      ['train', 'validation'].map((role) => fixture(`${role}.parquet`, 'snli.parquet')),
    );
    expect(found.card?.labels).toEqual(['0', '1', '2']);
    expect(found.card?.files[0]).toMatchObject({ rows: 35, skipped: 5 });
    expect(said(found.notices)).toContain(
      '5 rows of `train.parquet` left out: they lack a text or a label (`-1` is none) (the first is row 1).',
    );
  });

  test('the hyphen of SNLI, and −1 in its export without names', async () => {
    const rows = ['entailment', 'neutral', '-', 'contradiction'].map((label) => `a dog runs,an animal moves,${label}`);
    const words = await both(`sentence1,sentence2,gold_label\n${repeated(rows)}`, 'csv');
    expect(words.card).toMatchObject({ labels: ['contradiction', 'entailment', 'neutral'], files: [{ rows: 18 }, {}] });
    const numbers = ['0', '1', '2', '-1'].map((label) => `a dog runs,an animal moves,${label}`);
    const exported = await both(`premise,hypothesis,label\n${repeated(numbers)}`, 'csv');
    expect(exported.card).toMatchObject({ labels: ['0', '1', '2'], files: [{ skipped: 6 }, {}] });
  });

  test('−1 and + and - that are classes stay', async () => {
    const stance = await both(`tweet,sentiment\n${repeated(['warm,-1', 'so so,0', 'cold,1', 'news,2'])}`, 'csv');
    expect(stance.card?.labels).toEqual(['-1', '0', '1', '2']);
    const signs = await both(`text,label\n${repeated(['good day,+', 'bad day,-'])}`, 'csv');
    expect(signs.card?.labels).toEqual(['+', '-']);
  });

  test.each(['NaN', 'nan', 'null', 'NULL', 'N/A', '<NA>', '#N/A'])('%s of pandas, R and databases', async (none) => {
    for (const classes of [
      ['0', '1'],
      ['bad', 'good'],
    ]) {
      const rows = [...classes, none].map((label) => `some words,${label}`);
      const found = await both(`text,label\n${repeated(rows)}`, 'csv');
      expect(found.card).toMatchObject({ labels: classes, files: [{ rows: 12, skipped: 6 }, { skipped: 6 }] });
      expect(said(found.notices)[0]).toContain(`(\`${none}\` is none)`);
    }
  });

  test.each(['None', 'NA', '?', '-', '-100'])('%s among numbers', async (none) => {
    const rows = ['0', '1', none].map((label) => `some words,${label}`);
    const found = await both(`text,label\n${repeated(rows)}`, 'csv');
    expect(found.card).toMatchObject({ labels: ['0', '1'], files: [{ rows: 12, skipped: 6 }, {}] });
  });

  test.each(['-1', '?', '-'])('%s among words', async (none) => {
    const rows = ['bad', 'good', none].map((label) => `some words,${label}`);
    const found = await both(`text,label\n${repeated(rows)}`, 'csv');
    expect(found.card).toMatchObject({ labels: ['bad', 'good'], files: [{ rows: 12, skipped: 6 }, {}] });
  });

  test('what may be a class of its own stays one, and is said to', async () => {
    for (const classes of [
      ['-1', '0', '1'],
      ['0', '1', '255'],
      ['-1', '1', '2'],
      ['0', '1', 'label'],
      ['None', 'against', 'favor'],
    ]) {
      const rows = classes.map((label) => `some words,${label}`);
      const found = await both(`text,label\n${repeated(rows)}`, 'csv');
      expect(found.card?.labels).toEqual(classes);
      expect(said(found.notices)[0]).toMatch(/^`(-1|255|None|label)` \(6 rows of `train.csv`\) counts as a class\.$/);
    }
    const plain = await both(`text,label\n${repeated(['one text,-1', 'another,1'])}`, 'csv');
    expect(said(plain.notices).join()).not.toContain('counts as a class');
  });

  test('several labels in one cell are said to be a class of their own', async () => {
    for (const cells of [
      ['1', '2', '"1,2"'],
      ['[1]', '[2]', '"[1, 2]"'],
    ]) {
      const found = await both(`text,labels\n${repeated(cells.map((cell) => `some words,${cell}`))}`, 'csv');
      expect(said(found.notices)[0]).toContain('looks like several labels; each combination (1) counts');
    }
  });

  test('1.0 of a column with gaps is 1', async () => {
    const [train, dev] = ['1.0', '1'].map((one) => repeated([`a text,${one}`, 'a text,0', 'a text,']));
    const found = await recogniseData([
      dropped('train.csv', `text,label\n${train}`),
      dropped('dev.csv', `text,label\n${dev}`),
    ]);
    expect(found.card).toMatchObject({ labels: ['0', '1'], files: [{ rows: 12 }, { rows: 12 }] });
  });

  test('scores with gaps are scores', async () => {
    const found = await both(`text,score\n${repeated(['a text,1.5', 'a text,nan', 'a text,2'])}`, 'csv');
    expect(found.card).toMatchObject({ task: 'regression', files: [{ rows: 12, skipped: 6 }, {}] });
  });

  test('rows without a text are left out', async () => {
    const found = await both(`text,label\n${repeated(['a text,1', ',0', '"  ",1', 'a text,0'])}`, 'csv');
    expect(found.card?.files[0]).toMatchObject({ rows: 12, skipped: 12 });
  });

  test('words with −100 stay in their sentence without being labelled', async () => {
    const row = JSON.stringify({ tokens: ['[CLS]', 'a', 'film', '[SEP]'], tags: ['-100', 'x', 'y', -100] });
    const found = await both(repeated([row]), 'jsonl');
    expect(found.missing).toEqual([]);
    const set = dataSet(found, tasks.labelling);
    expect(set.task.labels).toEqual(['x', 'y']);
    expect(set.parts.test.rows[0]).toMatchObject({ labels: [noLabel, 0, 1, noLabel] });
    expect(said(found.notices)).toContain(
      '12 words of `train.jsonl` without a label (`-100`, `_` or nothing) left out; their sentences keep them.',
    );
  });
});

describe('quotes and encodings', () => {
  test('a TSV that pandas wrote (cocoscore #15)', async () => {
    const rows = ['"he said ""fine"" twice"\tneg', 'no quotes\tpos', '"with\ta tab"\tpos', '"and\na line"\tneg'];
    const found = await both(`text\tlabel\n${repeated(rows)}`, 'tsv');
    expect(
      instancesOf(found.train)
        ?.slice(0, 4)
        .map(({ text }) => text),
    ).toEqual(['he said "fine" twice', 'no quotes', 'with\ta tab', 'and\na line']);
    expect(found.card?.files[0]).toMatchObject({ rows: 24, form: { separator: '\t', quoted: true } });
    expect(said(found.notices)[0]).toContain('are quoted as in CSV');
    const text = await both(`text\tlabel\n${repeated(rows.slice(0, 2))}`, 'tsv', { quotes: 'text' });
    expect(instancesOf(text.train)?.[0].text).toBe('"he said ""fine"" twice"');
  });

  test('quotes that are text stay: one that does not fit, a wrapped sentence, a layout of GLUE', async () => {
    for (const rows of [
      ['"fine" he said ""twice""\tneg', 'no\tpos', '"a ""b"""\tpos'],
      ['"fine"\tneg', 'no quotes\tpos'],
      ['"half\tneg', 'half"\tpos'],
    ]) {
      const found = await both(`text\tlabel\n${repeated(rows)}`, 'tsv');
      expect(instancesOf(found.train)?.[0].text).toBe(rows[0].split('\t')[0]);
    }
    const glue = await both(`sentence\tlabel\n${repeated(['"a ""b"" c"\t1', 'd\t0'])}`, 'tsv');
    expect(glue.card?.task).toBe('sst-2');
    expect(instancesOf(glue.train)?.[0].text).toBe('"a ""b"" c"');
  });

  test('lines that end with a carriage return alone', async () => {
    for (const [ending, row] of [
      ['csv', '"one, two",0'],
      ['tsv', 'one, two\t0'],
    ]) {
      const found = await both(`${repeated([row, row.replace('0', '1')]).replaceAll('\n', '\r')}`, ending);
      expect(found.card).toMatchObject({ labels: ['0', '1'], files: [{ rows: 12 }, {}] });
      expect(instancesOf(found.train)?.[0].text).toBe('one, two');
    }
  });

  test('a layout of GLUE that is quoted throughout: quotes stay, said so, and come off when asked', async () => {
    const text = `sentence\tlabel\n${repeated(['"he said ""fine"" twice"\t1', '"with\ta tab"\t0', '"so dull"\t0'])}`;
    const kept = await both(
      `sentence\tlabel\n${repeated(['"he said ""fine"" twice"\t1', '"so ""so"" dull"\t0'])}`,
      'tsv',
    );
    expect(kept.card?.task).toBe('sst-2');
    expect(said(kept.notices)).toEqual(
      ['train', 'dev'].map(
        (role) => `All of \`${role}.tsv\` is quoted as in CSV; as GLUE’s files have it, its quotes stay in the texts.`,
      ),
    );
    expect(instancesOf(kept.train)?.[0].text).toBe('"he said ""fine"" twice"');
    const off = await both(text, 'tsv', { quotes: 'csv', task: 'sst-2' });
    expect([off.missing, off.card?.task]).toEqual([[], 'sst-2']);
    expect(instancesOf(off.train)?.slice(0, 2)).toEqual([
      { text: 'he said "fine" twice', pair: null, label: 1 },
      { text: 'with\ta tab', pair: null, label: 0 },
    ]);
    expect(said(off.notices)[0]).toContain('are quoted as in CSV');
  });

  test('a backslash before quotes within quotes', async () => {
    const rows = ['"he said \\"fine, all\\" twice",neg', '"no, quotes",pos'];
    const found = await both(`text,label\n${repeated(rows)}`, 'csv');
    expect(instancesOf(found.train)?.[0].text).toBe('he said "fine, all" twice');
  });

  test('Latin-1 under a header with empty names', async () => {
    const rows = ['ham,"a charming caf\xe9 for \xa3100",,,', 'spam,"unflinchingly bleak caf\xe9",,,'];
    const found = await both(latin1(`v1,v2,,,\n${repeated(rows)}`), 'csv');
    expect(found.card).toMatchObject({ labels: ['ham', 'spam'], columns: { text: 'v2', label: 'v1' } });
    expect(instancesOf(found.train)?.[0].text).toBe('a charming café for £100');
    expect(found.card?.files[0]).toMatchObject({ rows: 12, form: { encoding: 'Windows-1252', separator: ',' } });
    expect(said(found.notices)[0]).toBe('`train.csv` is not UTF-8 text; it is read as Windows-1252 (Latin-1).');
  });

  test('bytes beyond ASCII far from the beginning', async () => {
    const rows = repeated(['a long day,good', 'a short day,bad'], 8000);
    const found = await both(latin1(`text,label\n${rows}un caf\xe9,bad\n`), 'csv');
    expect(instancesOf(found.train)?.at(-1)?.text).toBe('un café');
    expect(found.card?.files[0].form.encoding).toBe('Windows-1252');
  });

  test('other alphabets and damaged UTF-8 are refused with their line', async () => {
    const cyrillic = latin1('text,label\n\xef\xf0\xe8\xe2\xe5\xf2,good\n');
    const damaged = Buffer.concat([
      Buffer.from('text,label\ncafé au lait,good\nun caf'),
      Buffer.from([0xc3]),
      Buffer.from(',bad\n'),
    ]);
    for (const bytes of [cyrillic, Uint8Array.from(damaged)]) {
      const { missing } = await both(bytes, 'csv');
      expect(missing[0].message).toMatch(/^`train\.csv` is not UTF-8 text: line [23]/);
    }
  });

  test.each(['utf16le with a mark', 'utf16le', 'utf16be'])('UTF-16: %s', async (form) => {
    const text = `${form.includes('mark') ? '\ufeff' : ''}text\tlabel\n${repeated(['un café\tgood', 'so dull\tbad'])}`;
    const bytes = Buffer.from(text, 'utf16le');
    if (form === 'utf16be') bytes.swap16();
    const found = await both(Uint8Array.from(bytes), 'tsv');
    expect(instancesOf(found.train)?.[0].text).toBe('un café');
    expect(found.card?.columns).toMatchObject({ text: 'text', label: 'label' });
  });

  test('the line that Excel puts first', async () => {
    const found = await both(`sep=;\r\ntext;label\r\n${repeated(['a, b;good', 'c;bad'])}`, 'csv');
    expect(found.card).toMatchObject({ labels: ['bad', 'good'], columns: { text: 'text', label: 'label' } });
  });
});

describe('what is no data set', () => {
  const texts = repeated(['a film'], 12);
  test.each([
    ['data.zip', 'PK', 'is an archive', 'Unpack it'],
    ['train_text.txt', texts, '`train_text.txt` holds no table of texts with their labels', '`train.word`'],
    ['data.json', '{"train":[["a film","good"]]}', '`data.json` holds no list of rows', 'train.json'],
    ['train.csv', `"text" "label"\n${texts}`, 'first line holds', 'a column of text'],
    [
      'train.tsv',
      repeated(['a\tb', 'c\td\te', 'f\tg\th']),
      'first line has 2 cells, the next 3',
      'Give each column a name',
    ],
    ['train.csv', `text,label\n${repeated(["'one, two',1"])}`, 'first line has 2 cells, the next 3', 'double quotes'],
  ])('%s says what was seen', async (name, content, message, next) => {
    const { missing } = await recogniseData([dropped(name, content)]);
    expect(missing[0].message).toContain(message);
    expect(missing[0].next).toContain(next);
  });

  test('a test file without labels, where there is no other, is not told to name its columns', async () => {
    const train = dropped('train.csv', `id,text,target\n${repeated(['1,some words,0', '2,more words,1'])}`);
    const found = await recogniseData([train, dropped('test.csv', `id,text\n${repeated(['1,words', '2,more'])}`)]);
    expect(found.missing[0].next).toMatch(/^If it has none, cut a part with labels off the train file/);
  });

  test('a test file without labels beside a dev file is left out, said so to the command line too', async () => {
    const labelled = `id,text,target\n${repeated(['1,some words,0', '2,more words,1'])}`;
    const secret = dropped('test.csv', `id,text\n${repeated(['1,words', '2,more'])}`);
    const found = await recogniseData([...['train', 'valid'].map((name) => dropped(`${name}.csv`, labelled)), secret]);
    expect(said(found.notices)).toContain('`test.csv` holds no labels and is left out; the dev file is the test part.');
  });

  test('one word a row names the line that writes sentences', async () => {
    for (const [ending, mark] of [
      ['csv', ','],
      ['tsv', '\t'],
    ]) {
      const rows = ['Sentence #,Word,POS,Tag', ...['Sentence: 1,In,IN,O', ',London,NNP,B-geo', ',.,.,O']];
      const found = await both(`${rows.join('\n').replaceAll(',', mark)}\n`, ending);
      expect(found.missing[0].message).toContain('has one word a row (`Word`, `Tag`, `Sentence #`)');
      expect(found.missing[0].next).toContain(
        `pandas.read_csv("train.${ending}"${mark === ',' ? '' : ', sep="\\t"'}, keep`,
      );
    }
  });

  test('names of parts in one word, columns that say nothing, truth values', async () => {
    const rows = repeated(['x,some words,yes,0', 'x,other words,no,1', 'x,more words,yes,0', 'x,last words,no,1']);
    const found = await recogniseData(['trainset.csv', 'testData.csv'].map((name) => dropped(name, rows)));
    expect(found.card?.files.map(({ role }) => role)).toEqual(['train', 'test']);
    expect(found.card?.columns).toMatchObject({ text: 'column 2', pair: null, label: 'column 4' });
  });

  test('marks in floats and truth values are columns of labels', async () => {
    for (const [no, yes] of [
      ['0.0', '1.0'],
      ['False', 'True'],
    ]) {
      const found = await both(`text,rude,mean\n${repeated([`words,${no},${yes}`, `more,${yes},${no}`])}`, 'csv');
      expect(found.card?.columns).toMatchObject({ label: 'rude', labels: ['rude', 'mean'] });
    }
  });

  test.each(['sep=\t', 'sep=\\t'])('%o of Excel', async (line) => {
    const found = await both(`${line}\n${repeated(['text\tlabel'], 1)}${repeated(['words\t0', 'more\t1'])}`, 'csv');
    expect(found.card).toMatchObject({ labels: ['0', '1'], files: [{ rows: 12, skipped: 0 }, {}] });
  });
});

describe('columns and parts', () => {
  test('of several columns of labels the choice is said', async () => {
    const rows = ['1,a fine day,0,1,1', '2,so dull,1,0,0', '3,rain again,0,0,1'];
    const text = `id,comment_text,toxic,severe_toxic,obscene\n${repeated(rows)}`;
    const found = await both(text, 'csv');
    expect(found.card?.columns).toMatchObject({
      text: 'comment_text',
      label: 'toxic',
      labels: ['toxic', 'severe_toxic', 'obscene'],
    });
    const message = 'Labels are taken from the column `toxic`; `severe_toxic`, `obscene` could be labels too.';
    expect(said(found.notices)).toContain(message);
    const chosen = await both(text, 'csv', { columns: { label: 'obscene' } });
    expect(said(chosen.notices)).not.toContain(message);
  });

  test.each([12, 40])('a test file without the labels is left out (%i rows)', async (count) => {
    const rows = Array.from({ length: count }, (_, i) => `${i},text number ${i}`);
    const labelled = `id,text,target\n${rows.map((row, i) => `${row},${i % 2}`).join('\n')}\n`;
    const files = [dropped('train.csv', labelled), dropped('valid.csv', labelled)];
    const found = await recogniseData([...files, dropped('test.csv', `id,text\n${rows.join('\n')}\n`)]);
    expect(found.missing).toEqual([]);
    expect(found.ignored).toEqual([{ path: 'test.csv', reason: 'It holds no labels; the dev file is the test part.' }]);
    expect(found.dev?.path).toBe('valid.csv');
  });

  test('a test file of words without tags is left out', async () => {
    const tokens = ['a', 'film'];
    const tagged = repeated([JSON.stringify({ tokens, tags: ['DT', 'NN'] })]);
    const files = [dropped('train.jsonl', tagged), dropped('dev.jsonl', tagged)];
    const bare = dropped('test-00000-of-00001.jsonl', repeated([JSON.stringify({ tokens })]));
    const found = await recogniseData([...files, bare]);
    expect(found.missing).toEqual([]);
    expect(found.ignored.map(({ path }) => path)).toEqual([bare.path]);
  });

  test('GLUE’s columns in Parquet, when the task is named', async () => {
    const files = ['train', 'validation'].map((role) => fixture(`${role}-00000-of-00001.parquet`, 'sst2.parquet'));
    const secret = fixture('test-00000-of-00001.parquet', 'sst2-test.parquet');
    const found = await recogniseData([...files, secret], { task: 'sst-2' });
    expect([found.missing, found.card?.task]).toEqual([[], 'sst-2']);
    expect(found.card?.files[0]).toMatchObject({ rows: 40, counts: [20, 20] });
    expect(instancesOf(found.train)?.[1]).toEqual({ text: 'a film of the year 1981', pair: null, label: 1 });
    const inference = ['train', 'validation'].map((role) => fixture(`${role}.parquet`, 'snli.parquet'));
    const mnli = await recogniseData(inference, { task: 'mnli' });
    // Row 2 is of the class 1, neutral; the task numbers its labels by the alphabet.
    expect(instancesOf(mnli.train)?.[0]).toMatchObject({ label: 2 });
  });

  test('parts in folders of their own, in several files', async () => {
    const files = ['train/0000', 'train/0001', 'validation/0000'].map((path) =>
      fixture(`plain/${path}.parquet`, 'sst2.parquet'),
    );
    const found = await recogniseData(files);
    expect(found.missing).toEqual([]);
    expect(found.card?.files.map(({ role, rows }) => [role, rows])).toEqual([
      ['train', 80],
      ['dev', 40],
    ]);
  });
});

describe('of other shapes, named for a part', () => {
  const rows = (objects: object[], between: string) =>
    `${objects.map((row) => JSON.stringify(row)).join(between)}\n`.repeat(6);

  test.each([
    [
      'lists of lists (torchtext #489)',
      rows(
        [
          { review: [['it', 'is'], ['good']], label: 1 },
          { review: [['so'], ['dull']], label: 0 },
        ],
        '\n',
      ),
      '`train.json` has no column of text; its columns are `review`, `label`.',
    ],
    [
      'several objects a line (multi_label_classification #8)',
      rows(
        [
          { text: 'a fine day', label: 'x' },
          { text: 'so dull', label: 'y' },
        ],
        '',
      ),
      '`train.json` holds several JSON objects in its first line.',
    ],
  ])('%s: what is wrong is said', async (_, text, message) => {
    const { missing } = await both(text, 'json');
    expect(missing[0].message).toBe(message);
  });

  test('a line that begins with a quote is text (torchtext #612), a column without a name is no label (simpletransformers #920)', async () => {
    const begun = await both(
      `text\tlabel\n${repeated(['First\tfirst', '"Second\tsecond', 'Third "sentence"\tthird'])}`,
      'tsv',
    );
    expect(instancesOf(begun.train)?.[1]).toEqual({ text: '"Second', pair: null, label: 1 });
    const indexed = await both(`\ttext\tlabels\n${repeated(['0\ta fine day\t1', '1\tso dull\t0'])}`, 'tsv');
    expect(indexed.card?.columns).toMatchObject({ text: 'text', label: 'labels' });
  });
});

describe('a folder a class', () => {
  const texts = (part: string, label: string, count: number) =>
    Array.from({ length: count }, (_, at) => dropped(`aclImdb/${part}/${label}/${at}_9.txt`, `${label} film ${at}\n`));
  const files = ['train', 'test'].flatMap((part) => [...texts(part, 'pos', 150), ...texts(part, 'neg', 120)]);

  test('aclImdb: folders are the labels, texts without a class are left aside, all 600 files count', async () => {
    const others = [...texts('train', 'unsup', 60), dropped('aclImdb/README', 'Large Movie Review Dataset')];
    const joined = await joinClassFolders([...files, ...others]);
    expect(joined.files.map(({ path }) => path)).toEqual([
      'aclImdb/README',
      'aclImdb/train.jsonl',
      'aclImdb/test.jsonl',
    ]);
    expect(joined.ignored).toHaveLength(60);
    expect(joined.ignored[0].reason).toBe('`unsup` names no class: its texts are left out.');
    expect(said(joined.notices)[0]).toBe(
      '`aclImdb/train` holds 270 texts in the folders `neg`, `pos`, which are their labels.',
    );
    const found = await recogniseData(joined.files);
    expect(found.missing).toEqual([]);
    expect(found.card).toMatchObject({ task: 'classification', labels: ['neg', 'pos'] });
    expect(found.card?.files.map(({ role, rows, counts }) => [role, rows, counts])).toEqual([
      ['train', 270, [120, 150]],
      ['test', 270, [120, 150]],
    ]);
    // In turns, and by number: 2 before 10.
    const first = instancesOf(found.train)
      ?.slice(0, 6)
      .map(({ text }) => text);
    expect(first).toEqual(['neg film 0', 'pos film 0', 'neg film 1', 'pos film 1', 'neg film 2', 'pos film 2']);
    expect(instancesOf(found.train)?.at(-1)?.text).toBe('pos film 149');
  });

  test('text that lies in folders for another reason stays', async () => {
    const own = [
      dropped('data/train/en/train.txt', 'a'),
      dropped('data/train/de/train.txt', 'b'),
      ...texts('train', 'pos', 9),
    ];
    expect(await joinClassFolders(own)).toEqual({ files: own, notices: [], ignored: [] });
  });
});

describe('JSON documents', () => {
  const rows = Array.from({ length: 8 }, (_, i) => ({ text: `it is ["${i}]" \\ ü`, label: i % 2 }));
  test.each([
    ['an array (datasets #372)', JSON.stringify(rows)],
    ['an array over many lines', JSON.stringify(rows, null, 2)],
    ['an array inside an object', JSON.stringify({ version: '1.0', data: rows })],
    [
      'columns by row number',
      JSON.stringify({ text: { ...rows.map(({ text }) => text) }, label: { ...rows.map(({ label }) => label) } }),
    ],
    ['columns as lists', JSON.stringify({ text: rows.map(({ text }) => text), label: rows.map(({ label }) => label) })],
  ])('%s', async (_, text) => {
    const found = await both(text, 'json');
    expect(found.missing).toEqual([]);
    expect(found.card).toMatchObject({ task: 'classification', labels: ['0', '1'] });
    expect(instancesOf(found.train)?.map(({ text: read }) => read)).toEqual(rows.map((row) => row.text));
  });

  test('what is wrong is said of the file, which is not called missing', async () => {
    const cut = await both(`${JSON.stringify(rows).slice(0, -20)}`, 'json');
    expect(cut.missing[0].message).toBe('`train.json` ends before its array does.');
    const several = await both(JSON.stringify({ train: rows, test: rows }), 'json');
    expect(several.missing[0].message).toBe('`train.json` holds several lists of rows: `train`, `test`.');
  });
});

test('few bytes of Parquet that are more rows than are read: refused before they are unpacked', async () => {
  const found = await recogniseData(['train', 'dev'].map((role) => fixture(`${role}.parquet`, 'many-rows.parquet')));
  expect(found.missing.map(({ message }) => message)).toEqual([
    '`train.parquet` holds 6000000 rows; at most 5000000 are read.',
    '`dev.parquet` holds 6000000 rows; at most 5000000 are read.',
  ]);
});

describe('labelled words', () => {
  const document = '-DOCSTART- -X- -X- O\n\n';
  const sentence = 'Ann NNP B-NP B-PER\nruns VBZ B-VP O\nin IN B-PP O\nRome NNP B-NP B-LOC\n\n';
  const eng = ['eng.train', 'eng.testa', 'eng.testb'].map((name) => dropped(name, document + sentence.repeat(5)));

  test('CoNLL-2003: which column is asked, unless task or column say it', async () => {
    const asked = await recogniseData(eng);
    expect(asked.missing.map(({ message }) => message)).toEqual([
      '`eng.train` has 3 columns of labels: `POS`, `chunk` and `NER`.',
    ]);
    const entities = await recogniseData(eng, { task: 'labelling' });
    expect(entities.missing).toEqual([]);
    expect(entities.card).toMatchObject({ labels: ['B-LOC', 'B-PER', 'O'], columns: { text: 'word', label: 'NER' } });
    expect(entities.card?.files.map(({ role, rows, words }) => [role, rows, words])).toEqual([
      ['train', 5, 20],
      ['dev', 5, 20],
      ['test', 5, 20],
    ]);
    const pos = await recogniseData(eng, { task: 'pos' });
    expect(pos.card).toMatchObject({ columns: { label: 'POS' }, labels: ['IN', 'NNP', 'VBZ'] });
  });

  test('CoNLL-2012: neither the name of the document nor a column of one value is a label or a word', async () => {
    const sentence = ['bc/cctv/00/cctv_0000  0  0  In  IN  *', 'bc/cctv/00/cctv_0000  0  1  summer  NN  *', ''];
    const text = ['#begin document (bc/cctv/00/cctv_0000); part 000', ...sentence, ...sentence, '#end document', ''];
    const found = await both(text.join('\n'), 'conll');
    expect(found.missing).toEqual([]);
    expect(found.card?.columns).toMatchObject({ text: 'column 4', label: 'column 5' });
    expect(found.card).toMatchObject({ task: 'pos', files: [{ rows: 2 }, { rows: 2 }] });
  });

  test('GermEval: lines of sources are comments', async () => {
    const text = '#\tn-tv.de vom 26.02.2005 [2005-02-26]\n1\tAnn\tB-PER\tO\n2\tlacht\tO\tO\n3\t#\tO\tO\n\n'.repeat(5);
    const found = await recogniseData([dropped('train.tsv', text), dropped('dev.tsv', text)]);
    expect(found.missing).toEqual([]);
    expect(found.card).toMatchObject({ labels: ['B-PER', 'O'], columns: { text: 'column 2', label: 'column 3' } });
    expect(found.card?.sentences[0].words).toEqual(['Ann', 'lacht', '#']);
  });
});

describe('other formats', () => {
  test('fastText: one label a line, commas behind it (fastText #72, #185)', async () => {
    const found = await both(
      repeated(['__label__1, a fine day', '__label__2 so dull', '__label__1 __label__2 both']),
      'txt',
    );
    expect(found.card).toMatchObject({
      task: 'classification',
      labels: ['1', '2'],
      files: [{ rows: 12, skipped: 6 }, {}],
    });
    expect(instancesOf(found.train)?.[0].text).toBe('a fine day');
    expect(said(found.notices)[0]).toBe(
      '6 rows of `train.txt` left out: they have not one label and a text (the first is line 3).',
    );
  });

  test('words with tags behind a slash', async () => {
    const found = await both(repeated(['The/DT 1/2/CD film/NN ./.', 'It/PRP runs/VBZ']), 'txt');
    expect(found.missing).toEqual([]);
    expect(found.card).toMatchObject({ task: 'pos', labels: ['.', 'CD', 'DT', 'NN', 'PRP', 'VBZ'] });
    expect(found.card?.sentences[0].words).toEqual(['The', '1/2', 'film', '.']);
    const prose = await both(repeated(['and/or a film', 'this or that, he/she said']), 'txt');
    expect(prose.card).toBeNull();
  });

  test.each([
    ['data/train/data-00000-of-00001.arrow', 'ARROW1', 'an Arrow file', 'to_parquet'],
    ['train.xlsx', 'PK\x03\x04', 'an Excel workbook', 'to_csv'],
    ['train.pkl', '\x80\x04', 'a pickle', 'to_csv'],
  ])('%s: said what it is, with the line that converts', async (path, content, what, line) => {
    const { missing } = await recogniseData([dropped(path, latin1(content))]);
    expect(missing[0].message).toContain(what);
    expect(missing[0].next).toContain(line);
  });

  test('CoNLL-2003 with numbers before the words (NeuroNLP2 #9), and the German one (FARM #259)', async () => {
    const numbered = '1 Ann NNP I-NP I-PER\n2 runs VBZ I-VP O\n3 in IN I-PP O\n4 Rome NNP I-NP I-LOC\n\n';
    const english = await both(numbered.repeat(4), 'conll', { task: 'labelling' });
    expect(english.card).toMatchObject({
      columns: { text: 'column 2', label: 'column 5' },
      labels: ['I-LOC', 'I-PER', 'O'],
    });
    const lemmas =
      '-DOCSTART- -X- -X- -X- O\n\nStefan Stefan NE I-NC I-PER\nbleibt bleiben VVFIN I-VC O\n. . $. O O\n\n';
    const german = await both(lemmas.repeat(4), 'conll', { task: 'labelling' });
    expect(german.card).toMatchObject({ columns: { text: 'column 1', label: 'column 5' }, labels: ['I-PER', 'O'] });
  });

  test.each([
    ['tab, then space', ['Ann\tNNP B-PER', 'runs\tVBZ O', 'fast\tRB O']],
    ['a tab in some lines, a space in others', ['Ann NNP B-PER', 'runs\tVBZ\tO', 'fast RB\tO']],
  ])('CoNLL between tabs and spaces: %s', async (_, lines) => {
    const found = await both(`${lines.join('\n')}\n\n`.repeat(4), 'conll', { task: 'labelling' });
    expect(found.card).toMatchObject({
      columns: { text: 'column 1', label: 'column 3' },
      labels: ['B-PER', 'O'],
      sentences: [{ words: ['Ann', 'runs', 'fast'], labels: ['B-PER', 'O', 'O'] }, {}, {}, {}],
    });
  });

  describe('SentEval’s files without a header', () => {
    const bare = async (names: [string, string], rows: string[]) =>
      recogniseData(names.map((name) => dropped(name, repeated(rows))));

    test.each([
      ['sentence, label', ['a stirring and funny film\t1', 'so dull\t0'], 'column 1', 'column 2', ['0', '1']],
      ['label, sentence', ['pos\ta stirring and funny film', 'neg\tso dull'], 'column 2', 'column 1', ['neg', 'pos']],
    ])('%s', async (_, rows, text, label, labels) => {
      for (const names of [
        ['sentiment-train', 'sentiment-test'],
        ['train.txt', 'test.txt'],
      ] as [string, string][]) {
        const found = await bare(names, rows);
        expect(found.missing).toEqual([]);
        expect(found.card).toMatchObject({ task: 'classification', columns: { text, pair: null, label }, labels });
      }
    });

    test('SICK', async () => {
      const rows = Array.from({ length: 30 }, (_, i) => {
        const [score, label] = [(1 + (i % 9) / 2).toFixed(1), ['ENTAILMENT', 'NEUTRAL', 'CONTRADICTION'][i % 3]];
        return `${i}\ta dog number ${i} runs\tan animal number ${i} moves\t${score}\t${label}`;
      });
      const found = await bare(['SICK_train.txt', 'SICK_test_annotated.txt'], rows);
      expect(found.card).toMatchObject({
        task: 'classification',
        columns: { text: 'column 2', pair: 'column 3', label: 'column 5', labels: ['column 5', 'column 4'] },
        labels: ['CONTRADICTION', 'ENTAILMENT', 'NEUTRAL'],
      });
    });

    test('the STS benchmark, whose cells stand between tabs in .csv', async () => {
      const rows = Array.from({ length: 30 }, (_, i) => {
        const score = ((i % 11) / 2).toFixed(3);
        return `main-captions\tMSRvid\t2012test\t${String(i).padStart(4, '0')}\t${score}\tA plane number ${i} is taking off.\tAn air plane "${i}" takes off.`;
      });
      const found = await bare(['sts-train.csv', 'sts-test.csv'], rows);
      expect(found.missing).toEqual([]);
      expect(found.card).toMatchObject({
        task: 'regression',
        columns: { text: 'column 6', pair: 'column 7', label: 'column 5' },
      });
      expect(found.card?.preview[0]).toMatchObject({
        text: 'A plane number 0 is taking off.',
        pair: 'An air plane "0" takes off.',
      });
    });

    test('one class a file is said, with the line that makes one table of them', async () => {
      const found = await recogniseData([dropped('rt-polarity.pos', 'good\n'), dropped('rt-polarity.neg', 'bad\n')]);
      expect(found.missing[0]).toMatchObject({
        message:
          '`rt-polarity.pos` and `rt-polarity.neg` hold the texts of one class each, and nothing says which are to train.',
        next: expect.stringContaining("sed 's/^/pos\\t/' rt-polarity.pos; sed 's/^/neg\\t/' rt-polarity.neg"),
      });
    });
  });

  test('columns as SentEval’s files have them', async () => {
    const header = 'pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment';
    const rows = ['1\ta dog runs\tan animal moves\t4.5\tENTAILMENT', '2\ta cat\tno cat\t2\tCONTRADICTION'];
    const found = await both(`${header}\n${repeated(rows)}`, 'txt', {
      task: 'classification',
      columns: { label: 'entailment_judgment' },
    });
    expect(found.card).toMatchObject({
      columns: { text: 'sentence_A', pair: 'sentence_B' },
      labels: ['CONTRADICTION', 'ENTAILMENT'],
    });
  });
});
