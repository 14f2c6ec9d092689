/** Settings beside a tokenizer.json against AutoTokenizer (`tools/goldens/tokenizer_settings.py`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelTypes } from '../../src/model/architectures/list.ts';
import { findTokenizerFiles } from '../../src/tokenizer/files.ts';
import { openTokenizer } from '../../src/tokenizer/open.ts';
import { dropped } from '../fixtures/files.ts';

interface Golden {
  texts: string[];
  cases: { base: string; changes: object; files: Record<string, Record<string, unknown>>; ids: number[][] }[];
}

const fixtures = join(import.meta.dirname, '../fixtures');
const golden = JSON.parse(readFileSync(join(fixtures, 'wild/tokenizer-settings.json'), 'utf8')) as Golden;

test.each(
  golden.cases.map(({ base, changes, files, ids }) => {
    return { base, changes: JSON.stringify(changes), beside: JSON.stringify(files), ids };
  }),
)('$base $changes with $beside', async ({ base, changes, beside, ids }) => {
  const files = JSON.parse(beside) as Golden['cases'][number]['files'];
  const folder = base.startsWith('pieces') ? 'wild/tokenizers' : 'tokenizers';
  const bytes = new Uint8Array(readFileSync(join(fixtures, folder, base, 'tokenizer.json')));
  const text = { ...(JSON.parse(new TextDecoder().decode(bytes)) as object), ...(JSON.parse(changes) as object) };
  const json = dropped('tokenizer.json', JSON.stringify(text));
  const others = Object.entries(files).map(([name, content]) => dropped(name, JSON.stringify(content)));
  const found = findTokenizerFiles([json, ...others], '');
  if (!found) throw new Error('no tokenizer');
  const type = files['config.json'].model_type as string;
  const tokenizer = await openTokenizer(found, { type, conventions: modelTypes });
  golden.texts.forEach((text, index) => {
    expect(tokenizer.encode(text, null, 10_000).ids, text).toEqual(ids[index]);
  });
});
