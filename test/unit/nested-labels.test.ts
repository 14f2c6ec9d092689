/** Labels as annotation tools export them: lists of one are read, the rest is said with the Python that writes what is read. */
import { describe, expect, test } from 'vitest';
import { recogniseData, type DataRecognition } from '../../src/data/recognise.ts';
import { dropped, instancesOf } from '../fixtures/files.ts';

/** Enough rows to split. */
const repeated = (rows: object[]): object[] => Array<object[]>(6).fill(rows).flat();
const lines = (rows: object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

async function found(rows: object[], ending: 'json' | 'jsonl' = 'jsonl'): Promise<DataRecognition> {
  const text = ending === 'jsonl' ? lines(repeated(rows)) : JSON.stringify(repeated(rows));
  return recogniseData(['train', 'dev'].map((role) => dropped(`${role}.${ending}`, text)));
}

describe('lists of one label', () => {
  // Doccano's text classification, of today and of its first versions.
  const ofDoccano = [
    { id: 1, text: 'a fine film', label: ['pos'] },
    { id: 2, text: 'a bad film', label: ['neg'] },
    { id: 3, text: 'no idea', label: [] },
  ];

  test.each(['jsonl', 'json'] as const)('of Doccano, in %s', async (ending) => {
    const data = await found(ofDoccano, ending);
    expect(data.missing).toEqual([]);
    expect(data.card).toMatchObject({
      task: 'classification',
      columns: { text: 'text', pair: null, label: 'label' },
      labels: ['neg', 'pos'],
      files: [{ rows: 12, skipped: 6 }, { rows: 12 }],
    });
    const labels = data.dev?.data.labels ?? [];
    const rows = instancesOf(data.dev)?.map(({ text, label }) => [text, labels[label]]);
    expect(new Set(rows?.map((row) => row.join()))).toEqual(new Set(['a fine film,pos', 'a bad film,neg']));
  });

  test('of Prodigy, whose answer to a question is no second text', async () => {
    const data = await found([
      { text: 'a fine film', accept: ['pos'], answer: 'accept' },
      { text: 'a bad film', accept: ['neg'], answer: 'accept' },
    ]);
    expect(data.card).toMatchObject({ columns: { text: 'text', pair: null, label: 'accept' }, labels: ['neg', 'pos'] });
  });

  test('several far down are said with their row', async () => {
    const many = [...Array<object[]>(100).fill(ofDoccano).flat(), { id: 4, text: 'both', label: ['pos', 'neg'] }];
    const data = await recogniseData(['train', 'dev'].map((role) => dropped(`${role}.jsonl`, lines(many))));
    expect(data.missing[0]).toMatchObject({
      message:
        'Line 301 of `train.jsonl` has several labels a text in the column `label` (`pos`, `neg`); a probe is trained on one.',
      next: expect.stringContaining('pandas.read_json("train.jsonl", lines=True)'),
    });
  });

  test('words of one-word sentences stay words', async () => {
    const data = await found([
      { tokens: ['Go'], tags: ['VB'] },
      { tokens: ['Rome'], tags: ['NNP'] },
    ]);
    expect(data.card).toMatchObject({ columns: { text: 'tokens', label: 'tags' } });
    expect(data.card?.task).not.toBe('classification');
  });
});

test.each([
  [
    'several labels a text',
    [
      { text: 'a fine film', label: ['pos', 'film'] },
      { text: 'a bad day', label: ['neg'] },
    ],
    '`train.jsonl` has several labels a text in the column `label` (`pos`, `film`); a probe is trained on one.',
    '.str.get_dummies()).to_csv("train.csv", index=False)`; then choose one, or all in turn.',
  ],
  [
    'spans of Doccano',
    [
      { id: 1, text: 'EU rejects German call', label: [[0, 2, 'ORG']] },
      { id: 2, text: 'so what', label: [] },
      { id: 3, text: 'well', label: [] },
    ],
    '`train.jsonl` marks spans of characters in the column `label` (`[[0,2,"ORG"]]`); labels are read one a text or one a word.',
    'for b, e, t in [s for s in r["label"]]',
  ],
  [
    'spans with relations of Doccano',
    [
      { text: 'EU rejects', entities: [{ id: 3, label: 'ORG', start_offset: 0, end_offset: 2 }], relations: [] },
      { text: 'so what', entities: [], relations: [] },
    ],
    '`train.jsonl` marks spans of characters in the column `entities` (`[{"id":3,"label":"ORG","start_offset":0…`); labels are read one a text or one a word.',
    '[(s["start_offset"], s["end_offset"], s["label"]) for s in r["entities"]]',
  ],
  [
    'spans of Prodigy, beside numbers that look like labels',
    [
      { text: 'EU rejects', _input_hash: 1, spans: [{ start: 0, end: 2, label: 'ORG' }], answer: 'accept' },
      { text: 'so what', _input_hash: 2, spans: [], answer: 'accept' },
    ],
    '`train.jsonl` marks spans of characters in the column `spans` (`[{"start":0,"end":2,"label":"ORG"}]`); labels are read one a text or one a word.',
    '[(s["start"], s["end"], s["label"]) for s in r["spans"]]',
  ],
  [
    'objects',
    [
      { text: 'a fine film', label: { name: 'pos' } },
      { text: 'a bad film', label: { name: 'neg' } },
    ],
    '`train.jsonl` holds objects in the column `label` (`{"name":"pos"}`), where a text or a number is read.',
    'pandas.json_normalize([json.loads(l) for l in open("train.jsonl")]).to_csv("train.csv", index=False)',
  ],
  [
    'lists of objects',
    [{ text: 'a fine film', labels: [{ label: 'pos', score: 0.9 }] }],
    '`train.jsonl` holds lists of objects in the column `labels` (`[{"label":"pos","score":0.9}]`), where a text or a number is read.',
    'Write one label a text',
  ],
])('%s', async (_, rows, message, next) => {
  const { card, missing } = await found(rows);
  expect(card).toBeNull();
  expect(missing[0]).toMatchObject({ code: 'bad-data', message, next: expect.stringContaining(next) });
});

test('a nested column beside plain labels is none of our business', async () => {
  const data = await found([
    { text: 'a fine film', label: 'pos', meta: { id: 1 }, entities: [{ start: 0, end: 1, label: 'A' }] },
    { text: 'a bad film', label: 'neg', meta: { id: 2 }, entities: [] },
  ]);
  expect(data.missing).toEqual([]);
  expect(data.card).toMatchObject({ columns: { text: 'text', label: 'label' }, labels: ['neg', 'pos'] });
});
