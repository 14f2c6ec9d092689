import { describe, expect, test } from 'vitest';
import type { Corrections, DroppedFile } from '../../src/data/cards.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { proposedRole } from '../../src/data/sniff.ts';
import { glueNames, tasks } from '../../src/data/tasks.ts';
import { isAbort } from '../../src/base/errors.ts';
import { dropped, instancesOf, vanishing } from '../fixtures/files.ts';
import { tables } from '../fixtures/glue.ts';

const sst2 = tables['sst-2'].text;
const whole = [dropped('reviews/train.tsv', sst2), dropped('reviews/dev.tsv', sst2)];

/** What was decided, without the rows: roles by path, and everything said. */
async function decide(files: DroppedFile[], corrections: Corrections = {}) {
  const { card, missing, notices, ignored } = await recogniseData(files, corrections);
  return {
    task: card?.task,
    roles: Object.fromEntries(card?.files.map(({ path, role }) => [path, role]) ?? []),
    missing: missing.map(({ message, role }) => ({ role, message })),
    notices: notices.map(({ message }) => message),
    ignored: Object.fromEntries(ignored.map(({ path, reason }) => [path, reason])),
  };
}

describe('a whole data set', () => {
  test.each(glueNames)('%s is known by its content alone', async (name) => {
    const { text, expected } = tables[name];
    const result = await recogniseData([dropped('x/train.tsv', text), dropped('x/dev.tsv', text)]);
    expect(result.card?.task).toBe(name);
    expect(instancesOf(result.train)).toEqual(expected);
    expect(instancesOf(result.dev)).toEqual(expected);
    expect([result.missing, result.notices, result.ignored]).toEqual([[], [], []]);
    expect(result.card?.labels).toEqual(tasks[name].labels ?? []);
  });

  test('gives the card its figures and a preview', async () => {
    const { card } = await recogniseData([
      dropped('x/train.tsv', `sentence\tlabel\n${'good\t1\n'.repeat(7)}bad\t0\n`),
      dropped('x/dev.tsv', sst2),
    ]);
    expect(card).toMatchObject({ task: 'sst-2', candidates: ['sst-2'], labels: ['0', '1'] });
    expect(card?.files[0]).toEqual({
      path: 'x/train.tsv',
      name: 'train.tsv',
      role: 'train',
      rows: 8,
      skipped: 0,
      bytes: 15 + 7 * 7 + 6,
      counts: [1, 7],
      ...{ labelPath: null, shardPaths: [], words: null, cut: false, unseen: 0, unlabelled: null },
      form: { encoding: 'UTF-8', separator: '\t', quoted: false },
    });
    expect(card?.preview).toHaveLength(5);
    expect(card?.preview[0]).toEqual({ text: 'good', pair: null, label: '1', tokens: [] });
  });

  test('RTE and WNLI share their columns: the labels decide, both are offered', async () => {
    const both = (text: string) => recogniseData([dropped('x/train.tsv', text), dropped('x/dev.tsv', text)]);
    expect((await both(tables.rte.text)).card?.candidates).toEqual(['rte', 'wnli']);
    expect((await both(tables.wnli.text)).card?.candidates).toEqual(['wnli', 'rte']);
  });

  test('where no label fits either, the folder name decides', async () => {
    const text = tables.rte.text.replace(/entailment/g, 'yes').replace(/not_yes/g, 'no');
    const named = await decide([dropped('data/WNLI/train.tsv', text), dropped('data/WNLI/dev.tsv', text)]);
    expect(named.task).toBe('wnli');
    expect(named.missing[0]).toEqual({
      role: 'train',
      message: 'Line 2 of `train.tsv` has the label `yes`; WNLI knows `0` and `1`.',
    });
  });
});

describe('roles', () => {
  test.each([
    ['train.tsv', 'train'],
    ['Train.TSV', 'train'],
    ['dev.tsv', 'dev'],
    ['dev_matched.tsv', 'dev'],
    ['validation.tsv', 'dev'],
    ['val.tsv', 'dev'],
    ['sst2-train.txt', 'train'],
    ['dev.first5.tsv', 'dev'],
    ['dev_mismatched.tsv', null],
    ['dev_ids.tsv', null],
    ['test.tsv', 'test'],
    ['test_train.tsv', null],
    ['train_dev.tsv', null],
    ['training-day.tsv', 'train'],
    ['constrained.tsv', null],
    ['reviews.tsv', null],
  ])('%s proposes %s', (name, role) => {
    expect(proposedRole(name)).toBe(role);
  });

  test('an unlabelled test file is ignored and said so', async () => {
    const { ignored, roles } = await decide([...whole, dropped('reviews/test.tsv', 'index\tsentence\n0\tso so\n')]);
    expect(ignored).toEqual({ 'reviews/test.tsv': 'It holds no labels; the dev file is the test part.' });
    expect(Object.keys(roles)).toHaveLength(2);
  });

  test('a labelled file without a role is offered', async () => {
    const result = await decide([...whole, dropped('reviews/more.tsv', sst2)]);
    expect(result.roles['reviews/more.tsv']).toBeNull();
    expect(result.notices).toEqual([
      '`reviews/more.tsv` has labels, but its name says neither train nor dev; it is left out.',
    ]);
  });

  test('several candidates for one role: the official name wins, the other is offered', async () => {
    const result = await decide([dropped('reviews/sst-train.tsv', sst2), ...whole]);
    expect(result.roles).toEqual({
      'reviews/train.tsv': 'train',
      'reviews/dev.tsv': 'dev',
      'reviews/sst-train.tsv': null,
    });
    expect(result.notices).toEqual([
      'Two files could be the train file: `reviews/train.tsv` is used, `reviews/sst-train.tsv` left out.',
    ]);
  });

  test("MNLI's second dev file and MRPC's sources are ignored with a reason", async () => {
    const mnli = await decide([
      dropped('MNLI/train.tsv', tables.mnli.text),
      dropped('MNLI/dev_mismatched.tsv', tables.mnli.text),
      dropped('MNLI/dev_matched.tsv', tables.mnli.text),
    ]);
    expect(mnli.roles).toEqual({ 'MNLI/train.tsv': 'train', 'MNLI/dev_matched.tsv': 'dev' });
    expect(Object.keys(mnli.ignored)).toEqual(['MNLI/dev_mismatched.tsv']);

    const mrpc = await decide([
      dropped('MRPC/train.tsv', tables.mrpc.text),
      dropped('MRPC/dev.tsv', tables.mrpc.text),
      dropped('MRPC/dev_ids.tsv', '1606495\t1606619\n'),
      dropped('MRPC/msr_paraphrase_train.txt', tables.mrpc.text),
      dropped('MRPC/msr_paraphrase_test.txt', tables.mrpc.text),
      dropped('MRPC/README.txt', 'About this set.\n'),
    ]);
    expect(mrpc.missing).toEqual([]);
    expect(mrpc.notices).toEqual([]);
    expect(mrpc.ignored).toEqual({
      'MRPC/dev_ids.tsv': '`dev_ids.tsv` has the columns of no GLUE task; its first line holds `1606495`, `1606619`.',
      'MRPC/msr_paraphrase_train.txt': '`MRPC/train.tsv` is used as the train file.',
      'MRPC/msr_paraphrase_test.txt': 'Its name says neither train nor dev.',
      'MRPC/README.txt': 'It is not a table of sentences.',
    });
  });

  test('content counts, not the ending', async () => {
    const { roles, missing } = await decide([dropped('train.txt', sst2), dropped('dev.txt', sst2)]);
    expect(roles).toEqual({ 'train.txt': 'train', 'dev.txt': 'dev' });
    expect(missing).toEqual([]);
  });

  test('files of a model are not spoken of', async () => {
    const model = [
      dropped('bert/config.json', '{}'),
      dropped('bert/vocab.txt', '[PAD]\n'),
      dropped('bert/README.md', '# A model'),
      dropped('bert/model.safetensors', new Uint8Array(20)),
      dropped('bert/.gitattributes', 'x'),
    ];
    expect(await decide([...model, ...whole])).toMatchObject({ ignored: {}, notices: [], missing: [] });
  });
});

describe('corrections', () => {
  test('roles can be swapped, given and taken', async () => {
    const more = dropped('reviews/more.tsv', sst2);
    const roles = { 'reviews/train.tsv': 'dev', 'reviews/dev.tsv': null, 'reviews/more.tsv': 'train' } as const;
    const result = await decide([...whole, more], { roles });
    expect(result).toEqual({
      task: 'sst-2',
      roles: { 'reviews/more.tsv': 'train', 'reviews/train.tsv': 'dev', 'reviews/dev.tsv': null },
      missing: [],
      notices: [],
      ignored: {},
    });
  });

  test('the second dev file of MNLI can be chosen', async () => {
    const files = ['train', 'dev_matched', 'dev_mismatched'].map((name) => dropped(`${name}.tsv`, tables.mnli.text));
    const { roles } = await decide(files, { roles: { 'dev_mismatched.tsv': 'dev' } });
    expect(roles['dev_mismatched.tsv']).toBe('dev');
  });

  test('a file without labels stays unusable', async () => {
    const test = dropped('reviews/test.tsv', 'index\tsentence\n0\tso so\n');
    const { missing } = await decide([whole[0], test], { roles: { 'reviews/test.tsv': 'dev' } });
    expect(missing).toEqual([
      { role: 'dev', message: '`test.tsv` holds no labels: it cannot be used to train or to score.' },
    ]);
  });

  test('the task can be chosen among those dropped', async () => {
    const files = glueNames.flatMap((name) =>
      ['train', 'dev'].map((role) => dropped(`glue/${tasks[name].title}/${role}.tsv`, tables[name].text)),
    );
    for (const task of glueNames) {
      const result = await recogniseData(files, { task });
      expect(result.missing).toEqual([]);
      expect(result.train?.path).toBe(`glue/${tasks[task].title}/train.tsv`);
      expect(result.card?.candidates[0]).toBe(task);
      expect(new Set(result.card?.candidates)).toEqual(new Set(glueNames));
      expect(result.notices).toHaveLength(1);
      expect(result.notices[0].message).toContain(`Files of more than one task were dropped: ${tasks[task].title} is`);
    }
  });

  test('a task whose files were not dropped', async () => {
    const { missing } = await decide(whole, { task: 'cola' });
    expect(missing).toEqual([
      { role: 'train', message: '`train.tsv` has the columns of SST-2, not of CoLA.' },
      { role: 'dev', message: '`dev.tsv` has the columns of SST-2, not of CoLA.' },
    ]);
  });
});

describe('what is missing or broken, each with the sentence the user sees', () => {
  const train = whole[0];
  test.each<[string, DroppedFile[], { role: 'train' | 'dev' | null; message: string }[]]>([
    ['nothing', [], [{ role: null, message: 'No data set was found among these files.' }]],
    [
      'only read-mes',
      [dropped('README.md', '# Hello')],
      [{ role: null, message: 'No data set was found among these files.' }],
    ],
    ['no dev file', [train], [{ role: 'dev', message: 'The dev file of SST-2 is missing.' }]],
    ['no train file', [whole[1]], [{ role: 'train', message: 'The train file of SST-2 is missing.' }]],
    [
      'an empty dev file',
      [train, dropped('reviews/dev.tsv', '')],
      [{ role: 'dev', message: '`dev.tsv` is empty (0 bytes).' }],
    ],
    [
      'a dev file with a header alone',
      [train, dropped('reviews/dev.tsv', 'sentence\tlabel\n')],
      [{ role: 'dev', message: '`dev.tsv` cannot be used: it holds no rows of data.' }],
    ],
    [
      'a dev file of another task',
      [train, dropped('reviews/dev.tsv', tables.cola.text)],
      [{ role: 'dev', message: '`dev.tsv` has the columns of CoLA, not of SST-2.' }],
    ],
    [
      'a label outside the task',
      [train, dropped('reviews/dev.tsv', 'sentence\tlabel\ngood\t1\nbad\t-1\n')],
      [{ role: 'dev', message: 'Line 3 of `dev.tsv` has the label `-1`; SST-2 knows `0` and `1`.' }],
    ],
    [
      'commas in place of tabs',
      [train, dropped('reviews/dev.csv', 'sentence;mark\ngood,1\n')],
      [
        {
          role: 'dev',
          message:
            '`dev.csv` has the columns of no GLUE task; its first line holds `sentence;mark` (no tab in it: columns must be separated by tabs).',
        },
      ],
    ],
    [
      'two empty files',
      [dropped('train.tsv', ''), dropped('dev.tsv', '')],
      [
        { role: 'train', message: '`train.tsv` is empty (0 bytes).' },
        { role: 'dev', message: '`dev.tsv` is empty (0 bytes).' },
      ],
    ],
    [
      'a file that vanishes',
      [train, { path: 'reviews/dev.tsv', file: vanishing('dev.tsv', sst2) }],
      [
        {
          role: 'dev',
          message: '`dev.tsv` can no longer be read: it was moved, deleted or changed after you opened it.',
        },
      ],
    ],
  ])('%s', async (_, files, missing) => {
    expect((await decide(files)).missing).toEqual(missing);
    for (const { next } of (await recogniseData(files)).missing) expect(next).toMatch(/\.$/);
  });

  test('rows that were skipped are said', async () => {
    const text = `${tables.qqp.text}7\t8\n`;
    const { card, notices } = await recogniseData([dropped('train.tsv', text), dropped('dev.tsv', tables.qqp.text)]);
    expect(card?.files[0]).toMatchObject({ rows: 2, skipped: 1 });
    expect(notices[0]).toMatchObject({
      path: 'train.tsv',
      message: '1 row of `train.tsv` left out: it has a wrong number of columns (line 4).',
    });
  });

  test('an abort is not a notice', async () => {
    const aborted = recogniseData(whole, {}, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toSatisfy(isAbort);
  });
});
