import { describe, expect, test, vi } from 'vitest';
import { isAbort } from '../../src/base/errors.ts';
import { readInstances } from '../../src/data/instances.ts';
import { glueNames, labelNames, tasks, type GlueName } from '../../src/data/tasks.ts';
import { readTsv } from '../../src/format/tsv.ts';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf, shrinking, vanishing } from '../fixtures/files.ts';
import { tables } from '../fixtures/glue.ts';

describe('the task table', () => {
  test.each(glueNames)('%s is consistent', (name) => {
    const task = tasks[name];
    expect(task.name).toBe(name);
    if (task.labels !== null) expect([...task.labels].sort()).toEqual(task.labels);
    expect(task.header === null).toBe(name === 'cola');
    expect(task.pair === null).toBe(task.header === null || task.header.pair === null);
  });
});

describe('what people read in place of labels', () => {
  test.each([
    ['sst-2', ['negative', 'positive']],
    ['cola', ['unacceptable', 'acceptable']],
    ['mrpc', ['not_equivalent', 'equivalent']],
    ['qqp', ['not_duplicate', 'duplicate']],
    ['wnli', ['not_entailment', 'entailment']],
  ] as const)('%s: its own names for 0 and 1, and for nothing else', (name, names) => {
    expect(labelNames(name, ['0', '1'])).toEqual(names);
    for (const others of [['1', '0'], ['0'], ['0', '1', '2'], ['no', 'yes'], []])
      expect(labelNames(name, others)).toBe(others);
  });

  test('tasks whose files hold names, and those without labels of their own, keep what is there', () => {
    const labels = ['entailment', 'not_entailment'];
    expect(labelNames('rte', labels)).toBe(labels);
    expect(labelNames('sts-b', [])).toEqual([]);
    const numbers = ['0', '1'];
    expect(labelNames('classification', numbers)).toBe(numbers);
    expect(labelNames('qnli', numbers)).toBe(numbers);
  });
});

describe('every task', () => {
  test.each(glueNames)('%s: text, pair and label from their columns', async (name) => {
    const { text, expected } = tables[name];
    const { instances, skipped, counts } = await readInstances(fileOf('train.tsv', text), tasks[name]);
    expect(instances).toEqual(expected);
    expect(skipped).toBe(0);
    const labels = expected.map(({ label }) => label);
    expect(counts).toEqual(
      tasks[name].labels?.map((_, number) => labels.filter((label) => label === number).length) ?? null,
    );
  });
});

describe('what text files do', () => {
  const sst2 = (text: string) => readInstances(fileOf('train.tsv', text), tasks['sst-2']);

  test('a quote is an ordinary character', async () => {
    const { instances } = await sst2('sentence\tlabel\n"a\t1\nb"\t0\n');
    expect(instances.map(({ text }) => text)).toEqual(['"a', 'b"']);
  });

  test.each([
    ['a byte order mark', '\ufeffsentence\tlabel\na\t1\n'],
    ['carriage returns', 'sentence\tlabel\r\na\t1\r\n'],
    ['no line end at the end', 'sentence\tlabel\na\t1'],
    ['blank lines', 'sentence\tlabel\n\na\t1\n\n\n'],
  ])('%s', async (_, text) => {
    expect((await sst2(text)).instances).toEqual([{ text: 'a', pair: null, label: 1 }]);
  });

  test('spaces and an empty sentence stay', async () => {
    const { instances } = await sst2('sentence\tlabel\n a \t1\n\t0\n');
    expect(instances.map(({ text }) => text)).toEqual([' a ', '']);
  });

  test('a file of several slices keeps rows and line numbers', async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) => `é sentence number ${i} with some words\t${i % 2}`);
    const progress = vi.fn();
    const good = fileOf('train.tsv', `sentence\tlabel\n${rows.join('\n')}\n`);
    const { instances, counts } = await readInstances(good, tasks['sst-2'], { progress });
    expect(counts).toEqual([75_000, 75_000]);
    expect(instances[149_999].text).toBe('é sentence number 149999 with some words');
    expect(progress.mock.calls.length).toBeGreaterThan(1);
    expect(progress.mock.lastCall).toEqual([good.size, good.size]);

    rows[140_000] = 'x\t7';
    const error = await errorOf(sst2(`sentence\tlabel\n${rows.join('\n')}\n`));
    expect(error.message).toContain('Line 140002 of');
  });

  test('an abort ends the reading', async () => {
    const text = `sentence\tlabel\n${'a long enough sentence\t1\n'.repeat(400_000)}`;
    const controller = new AbortController();
    const control = { signal: controller.signal, progress: () => controller.abort() };
    await expect(readInstances(fileOf('train.tsv', text), tasks['sst-2'], control)).rejects.toSatisfy(isAbort);
  });

  test('a line without end is refused', async () => {
    const reading = async () => {
      for await (const { rows } of readTsv(fileOf('x.tsv', 'x'.repeat(17 * 1024 * 1024) + '\ny'))) expect(rows).toBe(0);
    };
    expect((await errorOf(reading())).message).toContain('Line 1 of `x.tsv` is longer than');
  });
});

describe('rows of the wrong width', () => {
  test('QQP: left out and counted', async () => {
    const text = `${tables.qqp.text}7\t8\n9\t1\t2\ta\tb\t1\textra\n`;
    const result = await readInstances(fileOf('train.tsv', text), tasks.qqp);
    expect(result).toMatchObject({ skipped: 2, firstSkipped: 'line 4' });
    expect(result.instances).toEqual(tables.qqp.expected);
  });

  test('QQP: an error when no row is left', async () => {
    const header = tables.qqp.text.slice(0, tables.qqp.text.indexOf('\n') + 1);
    const error = await errorOf(readInstances(fileOf('train.tsv', `${header}1\t2\n`), tasks.qqp));
    expect(error.message).toBe('`train.tsv` cannot be used: every row (1) has a wrong number of columns.');
  });
});

describe('bad input, each with the sentence the user reads', () => {
  test.each<[string, GlueName, string, string]>([
    ['0 bytes', 'sst-2', '', '`dev.tsv` is empty (0 bytes).'],
    ['a header alone', 'sst-2', 'sentence\tlabel\n', '`dev.tsv` cannot be used: it holds no rows of data.'],
    ['blank lines alone', 'sst-2', '\n\n\n', '`dev.tsv` cannot be used: it holds no rows of data.'],
    ['another task', 'sst-2', tables.rte.text, '`dev.tsv` has the columns of RTE, not of SST-2.'],
    ['a task without header', 'sst-2', tables.cola.text, '`dev.tsv` has the columns of CoLA, not of SST-2.'],
    ['a header where there is none', 'cola', tables['sst-2'].text, '`dev.tsv` has the columns of SST-2, not of CoLA.'],
    [
      'no task at all',
      'sst-2',
      'foo\tbar\na\t1\n',
      '`dev.tsv` is not laid out as SST-2: its first line holds `foo`, `bar`; wanted are `sentence` (column 1) and `label` (2).',
    ],
    [
      'no task at all, without header',
      'cola',
      'one column\n',
      '`dev.tsv` is not laid out as CoLA: its first line holds `one column`; wanted are 4 columns without a header, the label in column 2.',
    ],
    [
      'a label outside the task',
      'sst-2',
      'sentence\tlabel\na\t1\nb\t2\n',
      'Line 3 of `dev.tsv` has the label `2`; SST-2 knows `0` and `1`.',
    ],
    [
      'a label of three',
      'mnli',
      tables.mnli.text.replace(/\t\w+\n$/, '\tmaybe\n'),
      'Line 3 of `dev.tsv` has the label `maybe`; MNLI knows `contradiction`, `entailment` and `neutral`.',
    ],
    [
      'a score outside the range',
      'sts-b',
      tables['sts-b'].text.replace(/\t[\d.]+\n$/, '\t2012\n'),
      'Line 3 of `dev.tsv` has the label `2012`; STS-B knows a score from 0 to 5.',
    ],
    [
      'no score',
      'sts-b',
      tables['sts-b'].text.replace(/\t[\d.]+\n$/, '\tnone\n'),
      'Line 3 of `dev.tsv` has the label `none`; STS-B knows a score from 0 to 5.',
    ],
    [
      'a row that is cut',
      'sst-2',
      'sentence\tlabel\na\t1\nb\n',
      'Line 3 of `dev.tsv` has 1 column where 2 are expected.',
    ],
    [
      'a long label',
      'sst-2',
      `sentence\tlabel\na\t${'x'.repeat(99)}\n`,
      `Line 2 of \`dev.tsv\` has the label \`${'x'.repeat(39)}…\`; SST-2 knows \`0\` and \`1\`.`,
    ],
  ])('%s', async (_, name, text, message) => {
    const error = await errorOf(readInstances(fileOf('dev.tsv', text), tasks[name]));
    expect(error).toMatchObject({ code: 'bad-data', message });
    expect(error.next).toMatch(/\.$/);
  });

  test.each([vanishing, shrinking])('a file that vanishes or changes', async (make) => {
    const error = await errorOf(readInstances(make('dev.tsv', tables.rte.text), tasks.rte));
    expect(error.code).toBe('unreadable-file');
  });

  test('bytes that are not UTF-8, with the line', async () => {
    // Of an alphabet of its own, which nothing tells apart: Windows-1251.
    const bytes = Uint8Array.from(Buffer.from('sentence\tlabel\n\xef\xf0\xe8\xe2\xe5\xf2\t1\n', 'latin1'));
    const error = await errorOf(readInstances(fileOf('dev.tsv', bytes), tasks['sst-2']));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain('line 2');
  });
});
