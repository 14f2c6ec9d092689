import { describe, expect, test } from 'vitest';
import type { Corrections, DroppedFile } from '../../src/data/cards.ts';
import { dataSet, type DataSet } from '../../src/data/data-set.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { tasks, type TaskName } from '../../src/data/tasks.ts';
import { labelledFor } from '../../src/data/token-layout.ts';
import { dropped } from '../fixtures/files.ts';
import { conll2000, conllu, pmb, sentences, wordFiles } from '../fixtures/labelled.ts';

const threeOf = (text: string, ending: string): DroppedFile[] =>
  ['train', 'dev', 'test'].map((role) => dropped(`set/${role}.${ending}`, text));

/** Words and label strings of the train part. */
async function trainOf(files: DroppedFile[], corrections: Corrections = {}) {
  const found = await recogniseData(files, corrections);
  expect(found.missing).toEqual([]);
  const set = dataSet(found, tasks[found.card!.task]);
  if (set.kind !== 'labelling') throw new Error('No words were read.');
  const labels = set.task.labels ?? [];
  return set.parts.train.rows.map((row) => ({ words: row.words, labels: row.labels.map((label) => labels[label]) }));
}

async function failures(files: DroppedFile[], corrections: Corrections = {}): Promise<string[]> {
  const { missing } = await recogniseData(files, corrections);
  for (const { next } of missing) expect(next).toMatch(/\.$/);
  return missing.map(({ message }) => message);
}

describe('what a file is, by its content', () => {
  test.each<[string, string, string, TaskName, TaskName[], string]>([
    ['CoNLL-U', conllu, 'conllu', 'pos', ['pos', 'labelling'], 'UPOS'],
    ['CoNLL-U under another name', conllu, 'txt', 'pos', ['pos', 'labelling'], 'UPOS'],
    ['CoNLL-2000', conll2000, 'txt', 'chunking', ['chunking', 'pos', 'labelling'], 'chunk'],
    ['the Parallel Meaning Bank', pmb, 'conll', 'sem', ['sem', 'ccg', 'labelling'], 'sem'],
  ])('%s', async (_, text, ending, task, candidates, label) => {
    const { card, missing, notices, ignored } = await recogniseData(threeOf(text, ending));
    expect(card).toMatchObject({ task, kind: 'labelling', preview: [] });
    expect([...(card?.candidates ?? [])].sort()).toEqual([...candidates].sort());
    expect(card?.columns?.label).toBe(label);
    expect(card?.files.map(({ role }) => role)).toEqual(['train', 'dev', 'test']);
    expect([missing, notices, ignored]).toEqual([[], [], []]);
  });

  test('CoNLL-U: words without ranges and empty nodes, three columns to choose', async () => {
    const files = threeOf(conllu, 'conllu');
    expect(await trainOf(files)).toEqual(sentences.map(({ words, upos }) => ({ words, labels: upos })));
    const { card } = await recogniseData(files);
    expect(card?.columns).toEqual({
      choices: ['FORM', 'UPOS', 'XPOS', 'DEPREL'],
      text: 'FORM',
      labels: ['UPOS'],
      pair: null,
      label: 'UPOS',
    });
    const [first] = await trainOf(files, { task: 'labelling', columns: { label: 'DEPREL' } });
    expect(first.labels).toEqual(['nsubj', 'root', 'punct']);
    expect((await trainOf(files, { columns: { label: 'XPOS' } }))[0].labels).toEqual(['NN', 'VBD', '.']);
  });

  test('CoNLL-2000: chunks, or parts of speech', async () => {
    const files = threeOf(conll2000, 'txt');
    expect((await trainOf(files))[1]).toEqual({
      words: ['#', 'We', 'do', 'mind'],
      labels: ['B-NP', 'I-NP', 'B-VP', 'I-VP'],
    });
    expect((await trainOf(files, { task: 'pos' }))[0].labels).toEqual(['NN', 'VBD', '.']);
  });

  test('the Parallel Meaning Bank: semantic tags, or categories; ~ stays', async () => {
    const [first] = await trainOf(threeOf(pmb, 'conll'));
    expect(first).toEqual({ words: ['Rain', 'is', 'out~of~fashion', '.'], labels: ['CON', 'NOW', 'IST', 'NIL'] });
    const [categories] = await trainOf(threeOf(pmb, 'conll'), { task: 'ccg' });
    expect(categories.labels).toEqual(['n', '(s:dcl\\np)/(s:adj\\np)', 's:adj\\np', '.']);
  });

  test.each([
    ['without names', (cells: string[]) => cells],
    ['tag first', ([, word, , sem]: string[]) => [sem, word]],
    ['fewer columns', ([word, , , sem, cat]: string[]) => [word, cat, sem]],
  ])('another release of it: %s', async (_, reorder) => {
    const isRow = (line: string) => line !== '' && !line.startsWith('#');
    const lines = pmb.split('\n').filter((line) => isRow(line) || line === '');
    const text = lines.map((line) => (isRow(line) ? reorder(line.split('\t')).join('\t') : line)).join('\n');
    const [first] = await trainOf(threeOf(text, 'conll'));
    expect(first).toEqual({ words: ['Rain', 'is', 'out~of~fashion', '.'], labels: ['CON', 'NOW', 'IST', 'NIL'] });
  });

  test('words beside labels', async () => {
    const files = wordFiles('set', ['train', 'dev', 'test']);
    expect(await trainOf(files)).toEqual(sentences.map(({ words, upos }) => ({ words, labels: upos })));
    const { card } = await recogniseData(files);
    expect(card).toMatchObject({ task: 'labelling', candidates: ['labelling', 'pos'], columns: null });
    expect(card?.files[0]).toMatchObject({ path: 'set/train.word', labelPath: 'set/train.label', rows: 2, words: 8 });
    expect(card?.sentences[0]).toMatchObject({ words: sentences[0].words, labels: sentences[0].upos });
  });

  test('a tag set of nobody is labelling, with the last column', async () => {
    const { card } = await recogniseData(threeOf('Ann\tx\tPER\nran\ty\tO\n\nBob\ty\tPER\n', 'conll'));
    expect(card).toMatchObject({ task: 'labelling', labels: ['O', 'PER'] });
    expect(card?.columns).toMatchObject({ text: 'column 1', label: 'column 3' });
  });

  test.each([
    [['DIS', 'CON', 'NOW'], 'sem'],
    [['n', 'np/n', '(s\\np)/np'], 'ccg'],
    [['NNP', 'VBZ', '-LRB-', '.'], 'pos'],
    [['NOUN', 'PUNCT'], 'pos'],
    [['B-NP', 'I-VP', 'O'], 'chunking'],
    [['B-PER', 'O'], null],
    [['A', 'house', 'and/or', 'hut', 'or', 'two'], null],
    [[], null],
  ])('%j are labels of %s', (values, task) => {
    expect(labelledFor(values)).toBe(task);
  });
});

describe('parts', () => {
  const words = (set: DataSet) =>
    set.kind === 'labelling' ? Object.values(set.parts).map(({ rows }) => rows.flatMap((row) => row.words).length) : [];
  const many = (count: number, length: number): string =>
    Array.from({ length: count }, (_, i) => `${`w${i} NN B-NP\n`.repeat(length)}\n`).join('');

  test('train is cut before the sentence that would exceed 150,000 words, the others are not', async () => {
    const text = many(1600, 99);
    const found = await recogniseData(threeOf(text, 'txt'));
    const set = dataSet(found, tasks.chunking);
    expect(words(set)).toEqual([1515 * 99, 1600 * 99, 1600 * 99]);
    expect(found.card?.files[0]).toMatchObject({ rows: 1515, words: 149_985, cut: true });
    expect(found.card?.files[1]).toMatchObject({ rows: 1600, cut: false });
    expect(found.notices[0].message).toContain('The first 1515 sentences (149985 words) of `set/train.txt` are used');
  });

  test('without a dev file the sentences of train are shuffled and split like rows', async () => {
    const found = await recogniseData([dropped('train.txt', many(10, 3)), dropped('test.txt', conll2000)]);
    const set = dataSet(found, tasks.chunking);
    if (set.kind !== 'labelling') throw new Error('No words were read.');
    // ../shared/golden/split.json, n = 10.
    expect([...set.parts.train.order, ...set.parts.dev.order]).toEqual([4, 7, 1, 3, 8, 9, 5, 6, 0, 2]);
    expect(set.parts.train.rows[0].words[0]).toBe('w4');
    expect(set.parts.dev.rows).toHaveLength(1);
    expect(set.parts.test.rows).toHaveLength(2);
    expect(found.notices[0].message).toBe(
      'There is no dev file: 90 % of `train.txt` (shuffled) are train and the rest dev.',
    );
  });

  test('without a test file the dev file is the test part', async () => {
    const found = await recogniseData([dropped('train.txt', many(10, 3)), dropped('dev.txt', conll2000)]);
    const set = dataSet(found, tasks.chunking);
    expect(words(set)).toEqual([27, 3, 7]);
    expect(found.notices[0].message).toContain('There is no test file: `dev.txt` is the test part');
  });

  test('labels that train lacks count as the one that stands in; one that train lacks too is none', async () => {
    const files = [
      dropped('train.txt', 'a x B\nb x A\n\nc y B\n'),
      dropped('dev.txt', 'a x A\n\nb y A\n'),
      dropped('test.txt', 'a x C\nb z B\n\nc y D\n'),
    ];
    const labels = async (unseenAs: string) => {
      const found = await recogniseData(files, { task: 'labelling', unseenAs });
      const set = dataSet(found, tasks.labelling, null, { unseenAs });
      if (set.kind !== 'labelling') throw new Error('No words were read.');
      return [set.parts.test.rows.map((row) => row.labels), found.notices.at(-1)?.message];
    };
    expect(await labels('A')).toEqual([[[0, 1], [0]], expect.stringContaining('(`C`, `D`): they count as `A`.')]);
    expect(await labels('C')).toEqual([[[-1, 1], [-1]], expect.stringContaining('they count as wrong.')]);
  });

  test('sentences beyond a limit of words are not used and keep their numbers in the file', async () => {
    const files = ['train', 'dev', 'test'].map((role) =>
      dropped(`${role}.txt`, `${many(1, 5)}${many(2, 2)}${many(1, 4)}`),
    );
    const found = await recogniseData(files, { task: 'labelling' });
    const set = dataSet(found, tasks.labelling, null, { wordLimit: 4 });
    expect(words(set)).toEqual([8, 8, 8]);
    expect([...set.parts.train.order]).toEqual([1, 2, 3]);
    expect(() => dataSet(found, tasks.labelling, null, { wordLimit: 1 })).toThrow('has more than 1 words');
  });

  test('labels are numbered by the train part; those it lacks stay, are never right, and are said', async () => {
    const found = await recogniseData([
      dropped('train.txt', 'a x B\nb x A\n\nc y B\n'),
      dropped('dev.txt', 'a x A\n\nb y A\n'),
      dropped('test.txt', 'a x C\nb z B\n\nc y D\n'),
    ]);
    const set = dataSet(found, tasks.labelling);
    if (set.kind !== 'labelling') throw new Error('No words were read.');
    expect(set.task.labels).toEqual(['A', 'B']);
    expect(set.parts.train.rows.map(({ labels }) => labels)).toEqual([[1, 0], [1]]);
    expect(set.parts.test.rows.map(({ labels }) => labels)).toEqual([[-1, 1], [-1]]);
    expect(set.unseen).toEqual({ train: 0, dev: 0, test: 2 });
    expect(found.card?.files[2]).toMatchObject({ counts: [0, 1], unseen: 2 });
    expect(found.notices.map(({ message }) => message)).toEqual([
      '2 words of the test part have labels that the train part lacks (`C`, `D`): no probe can predict them, they count as wrong.',
    ]);
  });

  test('labels sort by code unit, as in Python', async () => {
    const text = 'a x b\nb x Z\nc x é\nd x 10\ne x 2\n\nf x _\n';
    const { card } = await recogniseData(threeOf(text, 'conll'));
    expect(card?.labels).toEqual(['10', '2', 'Z', '_', 'b', 'é']);
  });

  test('a first number of rows is taken before the split', async () => {
    const found = await recogniseData([dropped('train.txt', many(100, 3)), dropped('test.txt', conll2000)]);
    expect(words(dataSet(found, tasks.chunking, 10))).toEqual([27, 3, 7]);
  });
});

describe('bad input, each with the sentence the user reads', () => {
  const two = (text: string, ending: string) => [
    dropped(`train.${ending}`, text),
    dropped(`test.${ending}`, ending === 'conllu' ? conllu : conll2000),
  ];

  test.each<[string, DroppedFile[], string]>([
    [
      'a line of other columns',
      two(`${conllu.repeat(3)}1\tone\n\n`, 'conllu'),
      'Line 46 of `train.conllu` has 2 columns where 10 are expected.',
    ],
    [
      'a line without its number',
      two(conllu.replace('\n5\t#', '\nx\t#'), 'conllu'),
      'Line 14 of `train.conllu` begins with `x` where CoNLL-U has the number of a word.',
    ],
    [
      'a row that is cut',
      two(`${conll2000.repeat(3)}a b\n`, 'txt'),
      'Line 28 of `train.txt` has 2 columns where 3 are expected.',
    ],
    ['words without labels', [dropped('train.word', 'a b\n')], '`train.word` has no file of labels beside it.'],
    ['labels without words', [dropped('train.label', 'a b\n')], '`train.label` has no file of words beside it.'],
    [
      'more words than labels',
      [...wordFiles('x', ['test']), dropped('train.word', 'a b\nc d\ne f\n'), dropped('train.label', 'X Y\nX\nX Y\n')],
      'Line 2 of `train.word` has 2 words and that of `train.label` 1 labels.',
    ],
    [
      'more lines than labels',
      [...wordFiles('x', ['test']), dropped('train.word', 'a b\nc d\n'), dropped('train.label', 'X Y\n')],
      '`train.label` ends after line 1, `train.word` goes on: the files do not belong together.',
    ],
    [
      'more labels than lines',
      [...wordFiles('x', ['test']), dropped('train.word', 'a b\n\n'), dropped('train.label', 'X Y\n\nX\n')],
      '`train.word` ends after line 2, `train.label` goes on: the files do not belong together.',
    ],
    [
      'no test file and no dev file',
      [dropped('train.conllu', conllu)],
      'POS tagging has no file to score on: neither a test nor a dev file was found.',
    ],
    ['an empty file', two('', 'conllu').concat(dropped('dev.conllu', conllu)), '`train.conllu` is empty (0 bytes).'],
  ])('%s', async (_, files, message) => {
    expect(await failures(files)).toContain(message);
  });

  test('a task whose labels no column holds', async () => {
    expect(await failures(threeOf(conllu, 'conllu'), { task: 'ccg' })).toEqual([
      'No column of `train.conllu` holds labels of CCG supertagging; it has `FORM`, `UPOS`, `XPOS`, `DEPREL`.',
    ]);
  });

  test('a column that is not there', async () => {
    const wrong = { task: 'labelling', columns: { label: 'FEATS' } } as const;
    expect((await failures(threeOf(conllu, 'conllu'), wrong))[0]).toBe(
      '`train.conllu` has no column `FEATS`; it has `FORM`, `UPOS`, `XPOS`, `DEPREL`.',
    );
  });

  test('lines without words are left out and said', async () => {
    const files = [
      dropped('train.word', 'a b\n\nc\n'),
      dropped('train.label', 'X Y\n\nX\n'),
      ...wordFiles('.', ['test']),
    ];
    const { notices } = await recogniseData(files);
    expect(notices.map(({ message }) => message)).toContain(
      '1 row of `train.word` left out: it holds no words (line 2).',
    );
  });
});
