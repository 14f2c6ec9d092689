/** Each format of data files knows its own files, whatever they are called. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataFormats } from '../../src/data/formats.ts';
import { isDataName } from '../../src/data/sniff.ts';
import { readFirstLines } from '../../src/format/lines.ts';
import { fileOf } from '../fixtures/files.ts';
import { tables } from '../fixtures/glue.ts';
import { conllu } from '../fixtures/labelled.ts';

const parquet = readFileSync(new URL('../fixtures/tables/reviews.snappy.parquet', import.meta.url));
const samples: Record<string, string | Uint8Array<ArrayBuffer>> = {
  'word-label': 'good film\nbad film\n',
  parquet: new Uint8Array(parquet),
  glue: tables['sst-2'].text,
  tokens: conllu,
  fasttext: '__label__good a film\n__label__bad so dull\n',
  'slash-tags': 'The/DT film/NN\nA/DT day/NN\nNo/DT end/NN\n',
  'json-array': '[{"text": "a", "label": 1}, {"text": "b", "label": 0}]\n',
  'json-lines': '{"text": "a", "label": 1}\n{"text": "b", "label": 0}\n',
  tsv: 'text\tlabel\na\t1\nb\t0\n',
  csv: 'text,label\na,1\nb,0\n',
};

const read = dataFormats.filter(({ name }) => name !== 'foreign');

test.each(read.map((format) => [format.name, format] as const))('%s', async (name, format) => {
  for (const ending of format.endings) expect(isDataName(`X${ending.toUpperCase()}.gz`)).toBe(true);
  const own = name === 'word-label' ? 'x.word' : 'x.dat';
  for (const [sample, content] of Object.entries(samples)) {
    const file = fileOf(own, content);
    const labels = { path: 'x.label', file: fileOf('x.label', 'good\nbad\n') };
    const head = {
      file,
      name: own,
      labels,
      isNamed: true,
      role: null,
      quotes: undefined,
      lines: () => readFirstLines(file),
    };
    const earlier = dataFormats.slice(0, dataFormats.indexOf(format)).map((other) => other.name);
    if (sample === name) expect(await format.sniff(head)).toMatchObject({ kind: 'data' });
    else if (name !== 'word-label' && !earlier.includes(sample)) {
      const content = await format.sniff(head).catch(() => null);
      expect([sample, content?.kind]).not.toEqual([sample, 'data']);
    }
  }
});

test('other names say nothing', () => {
  for (const name of ['x.txt', 'x.json', 'csv', 'x.tsv.zip']) expect(isDataName(name)).toBe(false);
});
